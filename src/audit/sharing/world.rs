//! Names under which programs keep credentials of the Amazon world, where no value is to be seen.

use crate::audit::Page;
use crate::model::{ContextKind, Credential, Span};
use crate::rules::{Strength, folded, is_of_amazon, meanings};

/// Kinds of `names.toml` that open something for whoever holds them.
const SECRET_KINDS: [&str; 7] = [
    "client-secret",
    "refresh-token",
    "mws-auth-token",
    "aws-secret-key",
    "seller-password",
    "totp-seed",
    "private-key",
];
/// Kinds that belong to the Amazon world by their own names only.
const OWN_ONLY: [&str; 3] = ["seller-password", "totp-seed", "private-key"];
/// Endings of names that hold several credentials at once, or one without saying which.
const SETS: [&str; 10] = [
    "credentials",
    "credential",
    "creds",
    "credentialsjson",
    "credentialsyml",
    "secrets",
    "secretsjson",
    "secret",
    "dotenv",
    "envfile",
];

/// What tells that a document is about the Amazon world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct World<'a> {
    /// Words of it stand in the text.
    is_of_amazon: bool,
    /// A name that is only Amazon's stands in the text.
    has_own_name: bool,
    /// The credentials whose values stand in it.
    credentials: &'a [Credential],
}

impl<'a> World<'a> {
    #[cfg(test)]
    pub(super) const AMAZON: World<'static> =
        World { is_of_amazon: true, has_own_name: true, credentials: &[] };

    /// Tells it of a page.
    pub(super) fn of(page: &Page<'a>) -> Self {
        let is_of_amazon = [ContextKind::Seller, ContextKind::Pay, ContextKind::Account]
            .iter()
            .any(|kind| page.context.proof(*kind).is_some());
        let has_own_name = page.passed && names_credentials(page.text);
        Self { is_of_amazon, has_own_name, credentials: page.credentials }
    }

    /// The same, of a page that is about Amazon's credentials at all.
    pub(super) fn of_amazon(page: &Page<'a>) -> Option<Self> {
        Some(Self::of(page)).filter(|world| world.is_amazon())
    }

    /// Tells whether a credential's own value stands at a place.
    pub(super) fn has_value(self, at: Span) -> bool {
        self.credentials.iter().any(|credential| !credential.is_identifier && credential.span.overlaps(at))
    }

    /// Tells whether a credential of the Amazon world can be meant at all.
    pub(super) const fn is_amazon(self) -> bool {
        self.is_of_amazon || self.has_own_name
    }

    /// Tells whether a name is that of a credential, and how telling it is.
    pub(super) fn credential(self, name: &str) -> Option<Strength> {
        if is_own(name) {
            return Some(Strength::Own);
        }
        let found = meanings(name, "");
        let is_generic = |(kind, strength): &(&str, Strength)| match *kind {
            // Every program on AWS has such a key.
            "aws-secret-key" => *strength == Strength::Own && self.has_own_name,
            kind => SECRET_KINDS.contains(&kind) && !OWN_ONLY.contains(&kind) && self.is_amazon(),
        };
        found.iter().any(is_generic).then_some(Strength::Generic)
    }
}

/// Tells whether a text names a credential of an Amazon seller.
pub(super) fn names_credentials(text: &str) -> bool {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-')).any(is_own)
}

/// Whether a name says by itself that an Amazon seller's credential is under it.
fn is_own(name: &str) -> bool {
    if name.len() < 6 || name.len() > 80 {
        return false;
    }
    let is_amazon = is_of_amazon(name);
    let is_secret = |(kind, strength): &(&str, Strength)| match *kind {
        "aws-secret-key" | "totp-seed" | "private-key" => is_amazon,
        kind => SECRET_KINDS.contains(&kind) && *strength == Strength::Own,
    };
    if meanings(name, "").iter().any(is_secret) {
        return true;
    }
    let folded = folded(name);
    is_amazon && SETS.iter().any(|ending| folded.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_credentials_are_told() {
        let plain = World { is_of_amazon: false, has_own_name: false, credentials: &[] };
        let amazon = World::AMAZON;
        for name in [
            "LWA_CLIENT_SECRET",
            "SP_API_REFRESH_TOKEN_JP",
            "AMAZON_CLIENT_SECRET",
            "SPAPI_CREDENTIALS",
            "amazon-sp-api-credentials",
            "MWS_SECRET_KEY",
            "SELLER_CENTRAL_PASSWORD",
            "sellingPartnerRefreshToken",
            "MWS_AUTH_TOKEN",
            "lwa-client-secret",
        ] {
            assert_eq!(plain.credential(name), Some(Strength::Own), "{name}");
        }
        for name in ["CLIENT_SECRET", "REFRESH_TOKEN", "AWS_SECRET_ACCESS_KEY"] {
            assert_eq!(plain.credential(name), None, "{name}");
            assert_eq!(amazon.credential(name), Some(Strength::Generic), "{name}");
        }
        for name in [
            "LWA_CLIENT_ID",
            "SELLER_ID",
            "GITHUB_TOKEN",
            "SLACK_BOT_TOKEN",
            "NPM_TOKEN",
            "DOCKER_PASSWORD",
            "DB_PASSWORD",
            "AWS_ACCESS_KEY_ID",
            "LWA_CLIENT_SECRET_FILE",
            "SP_API_SECRET_NAME",
            "SP_API_ENDPOINT",
            "SP_API_SECRET_ARN",
            "MARKETPLACE_ID",
            "AMAZON_REGION",
        ] {
            assert_eq!(amazon.credential(name), None, "{name}");
        }
    }
}
