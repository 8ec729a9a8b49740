//! Whose host an address leads to.

use std::net::Ipv4Addr;
use std::sync::LazyLock;

use regex::Regex;

use super::super::recipients;
use crate::audit::pattern::pattern;
use crate::settings::Own;

/// Where something goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Dest {
    /// The host, lower case; `*` for what is put in at run time. A company's for a variable that names
    /// one, empty for a webhook of nobody knows whom.
    pub(super) host: String,
    /// What follows the host, lower case.
    pub(super) path: String,
    /// How it is known.
    pub(super) known_by: KnownBy,
}

/// How a destination is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum KnownBy {
    /// The address stands in the text.
    Address,
    /// A library sends to nobody else.
    Library,
    /// The address is one of several, or a name says whose it is.
    Name,
}

/// Whose a destination is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Party {
    /// Amazon's, of any of its sides.
    Amazon,
    /// The team's own, or a host that only its network knows.
    Own,
    /// Keeps secrets for the team: what it is there for.
    SecretStore,
    /// Somebody else's: a category of `recipients.toml`, if it is one of those.
    Other(Option<&'static str>),
}

/// Amazon's domains, without those where customers put what they like under names of their own.
static AMAZON: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?x)(^|[.*-])(
            amazon\.(com|co\.jp|co\.uk|co\.za|com\.(br|mx|au|tr|be|sg)|de|fr|it|es|ca|in|nl|se|pl|sg|ae|sa|eg|cn|ie|dev)
          | amazonaws\.com(\.cn)? | amazonservices\.(com|jp|co\.jp|co\.uk|ca|de|fr|it|es|in|com\.cn|com\.mx|com\.au|com\.br)
          | amazonpay\.com | payments-amazon\.com | media-amazon\.com | ssl-images-amazon\.com | amazon-adsystem\.com
          | a2z\.com | on\.aws | aws\.dev | amazonalexa\.com | amazoncognito\.com
        )$",
    )
});

/// Stores of secrets.
const SECRET_STORES: [&str; 9] = [
    "vault.azure.net",
    "secretmanager.googleapis.com",
    "cloudkms.googleapis.com",
    "api.doppler.com",
    "app.infisical.com",
    "hashicorp.cloud",
    "1password.com",
    "bitwarden.com",
    "keeper.io",
];

/// Hosts of guides, where a reader puts in a host of his own.
const PLACEHOLDERS: [&str; 12] = [
    "example.com",
    "www.example.com",
    "api.example.com",
    "example.org",
    "example.net",
    "yourdomain.com",
    "your-domain.com",
    "yoursite.com",
    "your-site.com",
    "your-server.com",
    "domain.com",
    "httpbin.org",
];

impl Dest {
    /// The host of an address, if a text begins with one; of a command, if one is in it.
    pub(super) fn of_text(text: &str) -> Option<Self> {
        let trimmed = text.trim_start();
        let is_command = ["curl ", "wget "].iter().any(|word| trimmed.starts_with(word));
        let at = ["https://", "http://", "wss://"].iter().filter_map(|scheme| {
            let at = trimmed.find(scheme)?;
            (at == 0 || is_command).then_some(at + scheme.len())
        });
        let rest = trimmed.get(at.min()?..)?;
        let end = rest.find(|c: char| c.is_whitespace() || "/?#\"'`<>\\".contains(c)).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let host = authority.rsplit('@').next().unwrap_or_default();
        let host = host.split(':').next().unwrap_or_default().trim_matches('.').to_ascii_lowercase();
        // A path that is put on at run time.
        let host = host.strip_suffix('*').map_or_else(|| host.clone(), str::to_owned);
        let is_known = host
            .rsplit('.')
            .take(2)
            .all(|label| !label.is_empty() && !label.contains('*') && label.bytes().all(is_of_host));
        let rest_is_sound = host.bytes().all(|b| is_of_host(b) || b == b'.' || b == b'*');
        (is_known && rest_is_sound).then(|| Self {
            host,
            path: path.chars().take(200).collect::<String>().to_ascii_lowercase(),
            known_by: KnownBy::Address,
        })
    }

    /// A host that stands alone, as clients get it.
    pub(super) fn of_host(text: &str) -> Option<Self> {
        let is_host = text.contains('.') && !text.contains(char::is_whitespace);
        if !is_host || text.contains("://") {
            return None;
        }
        let found = Self::of_text(&format!("https://{text}"))?;
        let ending = found.host.rsplit('.').next().unwrap_or_default();
        (ending.bytes().all(|b| b.is_ascii_alphabetic()) && ending.len() > 1).then_some(found)
    }

    /// A host that a name stands for, with or without a path.
    pub(super) fn named(address: &str) -> Self {
        let (host, path) = address.split_at(address.find('/').unwrap_or(address.len()));
        Self { host: host.to_owned(), path: path.to_owned(), known_by: KnownBy::Name }
    }

    /// Whether Amazon gives tokens there.
    pub(super) fn gives_tokens(&self) -> bool {
        AMAZON.is_match(&self.host) && self.path.contains("o2/token")
    }

    /// Whether a client would show its own secret there to get a token.
    pub(super) fn is_of_sign_in(&self) -> bool {
        let host = self.host.split('.').next().unwrap_or_default();
        ["oauth", "/token", "/authorize", "/login", "/signin"].iter().any(|word| self.path.contains(word))
            || ["oauth", "auth", "login", "accounts", "id", "sso", "identity"].contains(&host)
    }

    pub(super) fn is_placeholder(&self) -> bool {
        PLACEHOLDERS.contains(&self.host.as_str())
    }

    pub(super) fn party(&self, own: &Own) -> Party {
        let host = self.host.as_str();
        let is_below =
            |known: &str| host == known || host.strip_suffix(known).is_some_and(|sub| sub.ends_with('.'));
        if AMAZON.is_match(host) {
            return Party::Amazon;
        }
        if own.hosts.iter().any(|known| is_below(&known.value)) || is_internal(host) {
            return Party::Own;
        }
        if SECRET_STORES.iter().any(|known| is_below(known)) {
            return Party::SecretStore;
        }
        Party::Other(recipients::of_host(host, &self.path).map(|known| known.category))
    }
}

const fn is_of_host(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'-' || b == b'_'
}

fn is_internal(host: &str) -> bool {
    if host.is_empty() {
        return false;
    }
    if let Ok(address) = host.parse::<Ipv4Addr>() {
        return address.is_loopback()
            || address.is_private()
            || address.is_link_local()
            || address.is_unspecified();
    }
    let ending = host.rsplit('.').next().unwrap_or_default();
    !host.contains('.')
        || ["local", "localhost", "internal", "lan", "home", "corp", "intranet", "svc"].contains(&ending)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn party(address: &str) -> Option<Party> {
        Dest::of_text(address).map(|dest| dest.party(&Own::nobody()))
    }

    #[test]
    fn parties_of_addresses() {
        for (address, expected) in [
            ("https://api.amazon.com/auth/o2/token", Some(Party::Amazon)),
            ("https://sellingpartnerapi-*.amazon.com/orders", Some(Party::Amazon)),
            ("https://mws.amazonservices.jp/", Some(Party::Amazon)),
            ("https://mws.amazonservices.com/", Some(Party::Amazon)),
            ("https://api.amazon.com.tokens.io/o2/token", Some(Party::Other(None))),
            ("https://amazon-login.net/", Some(Party::Other(None))),
            ("https://hooks.slack.com/services/T", Some(Party::Other(Some("chat")))),
            ("https://user:pw@transfer.sh/x", Some(Party::Other(Some("file-transfer")))),
            ("http://localhost:3000/x", Some(Party::Own)),
            ("http://10.0.0.4/x", Some(Party::Own)),
            ("http://8.8.4.4:9000/x", Some(Party::Other(None))),
            ("http://api.default.svc/x", Some(Party::Own)),
            ("https://*/x", None),
            ("https://*.myshopify.com/admin", Some(Party::Other(None))),
            ("https://kv.vault.azure.net/secrets/a", Some(Party::SecretStore)),
            ("see https://slack.com", None),
            ("curl -s https://webhook.site/1", Some(Party::Other(Some("telemetry")))),
        ] {
            assert_eq!(party(address), expected, "{address}");
        }
    }
}
