//! Whatever is wrong with a file, no error, warning or `Debug` shows a secret, and nothing makes the parser panic.

use proptest::prelude::*;

use super::harness::Place;

/// Everything that loading says.
fn said(place: &Place) -> String {
    match place.load() {
        Ok(loaded) => format!("{loaded:?}"),
        Err(error) => format!("{error}\n{error:?}\n{:?}", error.diagnostics()),
    }
}

const TOKEN: &str = "Tq7Hunter2Xx9";

#[test]
fn files_with_all_kinds_of_mistakes_keep_their_secrets() {
    for text in [
        "[[webhook]]\nsecret = \"{}\"\n",
        "[[webhook]]\nsecret = \"{}\n",
        "[[webhook]]\nsecret = {}\n",
        "[[webhook]]\nsecert = \"{}\"\n",
        "[[webhook]]\nname = \"a\"\nsecret = [\n  \"{}\",\n  5,\n]\n",
        "[[webhook]]\nname = \"a\"\nsecret = [\n  \"{}\"\n  \"{}\",\n]\n",
        "[[webhook]]\nname = \"a\"\nsecret = [ \"{}\", { envv = \"{}\" } ] # was {}\n",
        "[[webhook]]\nname = \"a\"\nsecret = { env = \"whsec_{}\" }\n",
        "[[webhook]]\nname = \"a\"\nsecret = { env = \"{}!\" }\n",
        "[[webhook]]\nname = \"a\"\nsecret = '''\n{}\n'''\nurl = 5\n",
        "[[webhook]]\nname = \"a\"\nsecret = '''\n{}\n",
        "[[webhook]]\nname = \"a\"\nsecret = { env = \"A\", token = \"{}\" }\n",
        "[[webhook]]\nallow_private = \"yes\"\nsecret = \"{}\"\n",
        "[webhook]\nsecret = \"{}\"\n",
        "[webhooks]\nsecret = \"{}\"\n",
        "webhook = [{ name = \"a\", secret = \"{}\", url = 5 }]\n",
        "webhook = [{ name = \"a\", secret = \"{}\", url = 5 }\n",
        "webhook = \"{}\"\n",
        "secret = \"{}\"\n",
        "secret = \"{}\n",
        "[site]\nsecret = \"{}\"\n",
        "[delivery]\npassword = \"{}\"\n",
        "[delivery]\ntokens = [\"{}\", \"{}\"]\n",
        "[[feed]]\nname = \"x\"\nselect = { secret = \"{}\" }\n",
        "[[webhook]]\nurl = \"https://h.example/services/{}\"\n",
        "[[webhook]]\nurl = \"ftp://h.example/services/{}\"\n",
        "[[webhook]]\nurl = \"https://u:{}@h.example/\"\n",
        "[[webhook]]\nurl = \"https://u:{}/x@h.example/\"\n",
        "[[webhook]]\nurl = \"http://127.0.0.1/x?{}\"\nname = \"a\"\n",
        "[[webhook]]\nurl = \"https:\\u002f/h.example/{}\"\nname = 5\n",
        "[[webhook]]\nurl = \"/{}\"\n",
        "[[webhook]]\nurl = [\"https://h.example/{}\"]\n",
        "[[webhook]]\nname = \"a\"\nurl = \"https://h.example/{}\n",
        "[[webhook]]\nurl = \"https://h.example/{}\" oops\n",
        "[ledger]\nurl = \"postgres://u:{}@db/x\"\n",
        "[ledger]\nurl = \"postgres://db/x?password={}\"\n",
        "[ledger]\nurl = \"postgres://u:{}@db/x\n",
        "[site]\nurl = \"https://u:{}@example.org/\"\n",
        "[site]\nwhsec_{} = 5\n",
        "[site]\ntitle = whsec_{}\n",
        "[site]\ntitle = 5 # whsec_{}\n",
    ] {
        let text = text.replace("{}", TOKEN);
        let place = Place::with(&text);
        assert!(place.load().is_err(), "{text}");
        let said = said(&place);
        assert!(!said.contains(TOKEN), "{text}\n{said}");
    }
}

#[test]
fn unusable_secrets_elsewhere_are_not_shown_either() {
    let hook = "[[webhook]]\nname = 'a'\nurl = 'https://h.example/Tq7Hunter2Xx9'\n";
    for place in [
        Place::site(&format!("{hook}secret = {{ env = 'A' }}\n")).env("A", TOKEN),
        Place::site(&format!("{hook}secret = {{ env = 'NEWSWIRE_A__B' }}\n")).env("NEWSWIRE_A__B", TOKEN),
        Place::site(&format!("{hook}secret = {{ file = 'a' }}\n")).file("config/a", TOKEN),
        Place::site(hook).env("NEWSWIRE_WEBHOOK__SECRET", TOKEN),
        Place::site(hook).env("NEWSWIRE_LEDGER__URL", "postgres://u:Tq7Hunter2Xx9@db/x"),
        Place::site("").env("NEWSWIRE_SITE__URL", "https://u:Tq7Hunter2Xx9@h/x"),
        Place::site("").flags(|flags| flags.site = Some("https://u:Tq7Hunter2Xx9@h/x".into())),
    ] {
        assert!(place.load().is_err());
        let said = said(&place);
        assert!(!said.contains(TOKEN), "{said}");
    }
}

#[test]
fn settings_that_are_right_do_not_show_their_secrets() {
    let place = Place::site(
        "[[webhook]]\nname = 'a'\nurl = 'https://u:Tq7Hunter2Xx9@h.example/Tq7Hunter2Xx9?Tq7Hunter2Xx9'\nsecret = 'whsec_Tq7Hunter2Xx9MfKQ9r8GKYqrTwjUPD8'\n",
    );
    let webhook = place.config().webhooks.remove(0);
    assert_eq!(webhook.shown_url(), "https://h.example");
    assert!(!said(&place).contains(TOKEN));
}

/// Lines that a config file may be made of, right and wrong, in any order.
fn line() -> impl Strategy<Value = String> {
    let secret = Just(TOKEN.to_owned());
    let quote = prop_oneof![Just("\""), Just("'"), Just("\"\"\""), Just("'''"), Just("")];
    let key = prop_oneof![Just("secret"), Just("secert"), Just("webhook.secret"), Just("\"secret\""), Just("token"), Just(" secret ")];
    let secret_line = (key, quote.clone(), secret.clone(), quote, "[ ,\\]}#x]{0,3}")
        .prop_map(|(key, open, secret, close, rest)| format!("{key} = {open}{secret}{close}{rest}"));
    prop_oneof![
        4 => secret_line,
        2 => Just(format!("secret = [\"{TOKEN}\", {{ file = \"x\" }}]")),
        1 => Just(format!("[[webhook]]\nurl = \"https://hooks.example.net/{TOKEN}\"")),
        1 => Just(format!("[delivery]\nurl = \"https://hooks.example.net/{TOKEN}")),
        1 => Just(format!("url = \"https://{TOKEN}@hooks.example.net/\"")),
        2 => "(\\[\\[webhook\\]\\]|\\[delivery\\]|\\[\"webhook\"\\]) ?(# a = b)?\nsecret = \\[\n ?[\\[\"']{0,2}"
            .prop_flat_map(|open| "={0,2}[\"'\\]]{0,2} ?[0-9]?\n?\\]?".prop_map(move |close| format!("{open}{TOKEN}{close}"))),
        3 => Just("[[webhook]]".to_owned()),
        1 => "\\[{0,2}(site|feeds|feed|webhook|delivery|html)\\]{0,2}",
        2 => "(name|title|limit|events|select|breaking_only|language) = (\"[a-z]{0,4}\"|[0-9]{1,3}|true|\\[\\]|\\{\\}|)",
        1 => "[ -~]{0,12}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_refused_or_accepted_without_a_panic(text in "\\PC{0,200}") {
        let _ = said(&Place::with(&text));
    }

    #[test]
    fn any_bytes_are_refused_or_accepted_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = said(&Place::empty().file("config/newswire.toml", bytes));
    }

    #[test]
    fn no_mixture_of_lines_gives_a_secret_away(lines in prop::collection::vec(line(), 1..8)) {
        let said = said(&Place::with(&lines.join("\n")));
        prop_assert!(!said.contains(TOKEN), "{said}");
    }

    #[test]
    fn any_variable_is_refused_or_accepted_without_a_panic(index in 0..newswire::config::key::KEYS.len(), value in "\\PC{0,40}") {
        let Some(variable) = newswire::config::key::KEYS[index].variable() else { return Ok(()) };
        let _ = said(&Place::site("").env(&variable, &value.replace('\0', "")));
    }
}
