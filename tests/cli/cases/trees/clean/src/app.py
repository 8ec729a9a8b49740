client_secret = os.environ["LWA_CLIENT_SECRET"]
