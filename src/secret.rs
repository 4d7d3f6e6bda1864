//! What must not be shown.

/// A URL as it may be shown: a password in it, before the host or among the options, is masked.
pub fn without_password(url: &str) -> String {
    const MASK: &str = "***";
    let parts = url.split_once("://").and_then(|(scheme, rest)| Some((scheme, rest.rsplit_once('@')?)));
    let shown = match parts {
        Some((scheme, (user, host))) => match user.split_once(':') {
            Some((name, _)) => format!("{scheme}://{name}:{MASK}@{host}"),
            None => url.to_owned(),
        },
        None => url.to_owned(),
    };
    let Some((place, options)) = shown.split_once('?') else { return shown };
    let options = options.split('&').map(|option| match option.split_once('=') {
        Some((name, _)) if name.eq_ignore_ascii_case("password") => format!("{name}={MASK}"),
        _ => option.to_owned(),
    });
    format!("{place}?{}", options.collect::<Vec<_>>().join("&"))
}

#[cfg(test)]
mod tests {
    use super::without_password;

    #[test]
    fn passwords_are_masked_wherever_they_stand() {
        for (url, shown) in [
            ("sqlite://offramp.db", "sqlite://offramp.db"),
            ("postgres://ann@host/db", "postgres://ann@host/db"),
            ("postgres://ann:secret@host:5432/db", "postgres://ann:***@host:5432/db"),
            ("postgres://ann:sec@ret@host/db", "postgres://ann:***@host/db"),
            ("postgres://ann:sec?ret@host/db", "postgres://ann:***@host/db"),
            ("postgres://host/db?user=ann&password=secret&x=1", "postgres://host/db?user=ann&password=***&x=1"),
            ("postgres://host/db?password=sec@ret", "postgres://host/db?password=***"),
            ("abc", "abc"),
        ] {
            assert_eq!(without_password(url), shown);
        }
    }
}
