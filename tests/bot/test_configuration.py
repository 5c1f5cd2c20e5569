"""What an operator may write, and the sentence each mistake is answered with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from book.errors import OperatorError
from bot.configuration import (
    Configuration,
    ConfigurationError,
    Endpoint,
    faults_for_running,
    load_configuration,
)

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = "123456789:AAH-made_up_for_tests_0123456789abcd"
SECRET = "made-up-for-tests_0123456789-abcdefghij"
WEBHOOK = {
    "TELEGRAM_MODE": "webhook",
    "TELEGRAM_WEBHOOK_SECRET": SECRET,
    "PUBLIC_URL": "https://book.example.org/in",
}
TEXTS = {
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "b" * 32,
    "TWILIO_NUMBER": "+44 1632 960961",
    "PUBLIC_URL": "https://book.example.org/in",
}
OWN_SERVER = {"TELEGRAM_API_URL": "http://127.0.0.1:8090"}


def sentences(environ: dict[str, str], env_file: Path | None = None) -> list[str]:
    try:
        load_configuration(environ, env_file)
    except ConfigurationError as refusal:
        return str(refusal).splitlines()
    return []


WRONG = [
    (
        {**TEXTS, "TWILIO_AUTH_TOKEN": ""},
        "TWILIO_AUTH_TOKEN is missing and TWILIO_ACCOUNT_SID is given: write both, or leave all of them out for no "
        "text messages.",
    ),
    (
        {**TEXTS, "TWILIO_ACCOUNT_SID": "SK" + "0" * 32},
        "TWILIO_ACCOUNT_SID does not look like an account's SID (AC and 32 letters and digits): copy it from Twilio's "
        "console.",
    ),
    (
        {**TEXTS, "TWILIO_NUMBER": "01632 960961"},
        "TWILIO_NUMBER is not a whole telephone number: write it with + and the country, as in +441632960961.",
    ),
    (
        {**TEXTS, "TWILIO_API_URL": "http://api.twilio.com"},
        "TWILIO_API_URL would send the token and what people write unencrypted: write an https address.",
    ),
    (
        {**TEXTS, "PUBLIC_URL": ""},
        "PUBLIC_URL is missing, and Twilio brings texts there: write the https address that leads to LISTEN.",
    ),
    (
        {**TEXTS, "PUBLIC_URL": "http://127.0.0.1:8080"},
        "PUBLIC_URL is an address only this machine can reach, and Twilio calls it: write a public one.",
    ),
    ({"TIMEZONE": "Europe/Londn"}, "TIMEZONE is not a time zone: write a name such as Europe/London."),
    ({"TIMEZONE": "../London"}, "TIMEZONE is not a time zone: write a name such as Europe/London."),
    ({"TIMEZONE": "Europe"}, "TIMEZONE is not a time zone: write a name such as Europe/London."),
    (
        {"DATABASE_URL": "postgres://bookbag@db/bookbag"},
        "DATABASE_URL begins with postgres://, an old spelling: write postgresql:// and leave the rest as it is.",
    ),
    (
        {"DATABASE_URL": "postgresql+asyncpg://bookbag@db/bookbag"},
        "DATABASE_URL names a driver, which is Bookbag's choice: write postgresql:// and leave the rest.",
    ),
    (
        {"DATABASE_URL": "mysql://bookbag@db/bookbag"},
        "DATABASE_URL is of a kind Bookbag cannot keep its book in: use sqlite:///path or postgresql://host/name.",
    ),
    (
        {"DATABASE_URL": "data/bookbag.db"},
        "DATABASE_URL is not a database address: write sqlite:///path or postgresql://user:password@host/name.",
    ),
    (
        {"DATABASE_URL": "sqlite://"},
        "DATABASE_URL names no file: write three slashes and a path, as in sqlite:///data/bookbag.db.",
    ),
    (
        {"KEYS_DATABASE_URL": "sqlite:///:memory:"},
        "KEYS_DATABASE_URL names no file: write three slashes and a path, as in sqlite:///data/bookbag.db.",
    ),
    (
        {"DATABASE_URL": "postgresql://db"},
        "DATABASE_URL names no database: write postgresql://user:password@host/name.",
    ),
    (
        {"ROOT_KEY_FILE": "data/../data/root.key"},
        "ROOT_KEY_FILE lies inside DATA_DIR, so every copy of the book would carry the key to it: "
        "move it outside, such as keys/root.key.",
    ),
    (
        {"KEYS_DATABASE_URL": "sqlite:///data/keys.db"},
        "KEYS_DATABASE_URL lies inside DATA_DIR, so a backup of the book would carry its "
        "keys: move it outside, "
        "or leave it empty for keys.db beside the root key.",
    ),
    (
        {"DATABASE_URL": "sqlite:///one.db", "KEYS_DATABASE_URL": "sqlite:///./one.db"},
        "KEYS_DATABASE_URL is the same file as the book: give the keys a file of their own, outside DATA_DIR.",
    ),
    (
        {"TELEGRAM_TOKEN": "bookbag_bot"},
        "TELEGRAM_TOKEN does not look like a token (digits, a colon and some 35 "
        "letters): copy the whole line "
        "@BotFather gave you, or ask it for /token.",
    ),
    (
        {"TELEGRAM_API_URL": "api.telegram.org"},
        "TELEGRAM_API_URL is not a web address: write https://api.telegram.org, or "
        "http://host:port of your own "
        "Bot API server.",
    ),
    (
        {"TELEGRAM_API_URL": "https://api.telegram.org/bot"},
        "TELEGRAM_API_URL goes too far: leave out /bot and what follows; Bookbag adds it with the token.",
    ),
    (
        {"TELEGRAM_API_URL": "http://api.telegram.org"},
        "TELEGRAM_API_URL would send the token unencrypted: write https://api.telegram.org.",
    ),
    ({"TELEGRAM_MODE": "hooks"}, "TELEGRAM_MODE must be polling or webhook."),
    (
        {"TELEGRAM_PER_SECOND": "31"},
        "TELEGRAM_PER_SECOND must be more than 0 and at most 30 at https://api.telegram.org: write 30.",
    ),
    (
        {"TELEGRAM_PER_SECOND": "0"},
        "TELEGRAM_PER_SECOND must be more than 0 and at most 30 at https://api.telegram.org: write 30.",
    ),
    ({"TELEGRAM_PER_SECOND": "inf"}, "TELEGRAM_PER_SECOND must be a number, 0 or more, such as 30."),
    (
        {"TELEGRAM_PER_CHAT": "0"},
        "TELEGRAM_PER_CHAT may be 0 (no limit) only at a Bot API server of your own, not at "
        "https://api.telegram.org: write 1.",
    ),
    (
        {"TELEGRAM_WEBHOOK_SECRET": "short"},
        "TELEGRAM_WEBHOOK_SECRET must have 32 to 256 characters out of A-Z, a-z, 0-9, _ and -: "
        'make one with python3 -c "import secrets; print(secrets.token_urlsafe(48))".',
    ),
    (
        {**WEBHOOK, "TELEGRAM_WEBHOOK_SECRET": ""},
        "TELEGRAM_WEBHOOK_SECRET is missing and TELEGRAM_MODE is webhook: make one with "
        'python3 -c "import secrets; print(secrets.token_urlsafe(48))", or set TELEGRAM_MODE=polling.',
    ),
    (
        {**WEBHOOK, "PUBLIC_URL": ""},
        "PUBLIC_URL is missing and TELEGRAM_MODE is webhook: write the https address that leads to LISTEN, "
        "or set TELEGRAM_MODE=polling, which needs none.",
    ),
    (
        {**WEBHOOK, "PUBLIC_URL": "http://book.example.org"},
        "PUBLIC_URL must begin with https://, or what people write would travel open.",
    ),
    (
        {**WEBHOOK, "PUBLIC_URL": "https://book.example.org/?a=1"},
        "PUBLIC_URL is not a web address: write https:// and a host, without ? or #, as in https://book.example.org.",
    ),
    (
        {**WEBHOOK, "PUBLIC_URL": "https://book.example.org:8080"},
        "PUBLIC_URL names a port Telegram does not call: use 443, 80, 88 or 8443.",
    ),
    (
        {**WEBHOOK, "PUBLIC_URL": "https://localhost"},
        "PUBLIC_URL is an address only this machine can reach: write a public one.",
    ),
    ({"LISTEN": "8080"}, "LISTEN must be a host and a port, as in 127.0.0.1:8080."),
    ({"LISTEN": "127.0.0.1:http"}, "LISTEN must be a host and a port, as in 127.0.0.1:8080."),
    (
        {"OPERATIONS_LISTEN": "[::1]:65536"},
        "OPERATIONS_LISTEN must be a host and a port, as in 127.0.0.1:8080.",
    ),
    (
        {"LISTEN": "0.0.0.0:8081"},
        "OPERATIONS_LISTEN is the same as LISTEN: give /metrics and /healthz a port of their own, such as "
        "127.0.0.1:8081.",
    ),
    ({"UNDO_SECONDS": "-1"}, "UNDO_SECONDS must be a number of seconds from 0 to 3600, such as 20."),
    ({"GATHER_SECONDS": "ten"}, "GATHER_SECONDS must be a number of seconds from 0 to 3600, such as 10."),
    (
        {"UNKNOWN_WAIT_SECONDS": "nan"},
        "UNKNOWN_WAIT_SECONDS must be a number of seconds from 0 to 3600, such as 30.",
    ),
    (
        {"TELEGRAM_TOKN": TOKEN},
        "TELEGRAM_TOKN is not a name Bookbag knows: did you mean TELEGRAM_TOKEN?",
    ),
    (
        {"telegram_token": TOKEN},
        "telegram_token is not a name Bookbag knows: did you mean TELEGRAM_TOKEN?",
    ),
]


@pytest.mark.parametrize(("environ", "sentence"), WRONG, ids=[" ".join(environ) for environ, _ in WRONG])
def test_a_wrong_value_is_answered_by_one_sentence_naming_the_variable_and_the_mend(
    environ: dict[str, str], sentence: str
) -> None:
    assert sentences(environ) == [sentence]


RIGHT = [
    {},
    {"TELEGRAM_TOKEN": f"  {TOKEN}\n"},
    WEBHOOK,
    {**WEBHOOK, "PUBLIC_URL": "https://book.example.org:8443/"},
    {**WEBHOOK, **OWN_SERVER, "PUBLIC_URL": "http://127.0.0.1:8080"},
    {**OWN_SERVER, "TELEGRAM_PER_CHAT": "0", "TELEGRAM_PER_SECOND": "0"},
    {"DATABASE_URL": "sqlite:////var/lib/bookbag/book.db", "KEYS_DATABASE_URL": "postgresql://db/keys"},
    {"DATABASE_URL": "postgresql://b:p%40ss@db:5432/bookbag", "KEYS_DATABASE_URL": "postgresql://db/bookbag"},
    {"LISTEN": "127.0.0.1:0", "OPERATIONS_LISTEN": "127.0.0.1:0"},
    {"LISTEN": "[::1]:8080", "UNDO_SECONDS": "0", "TIMEZONE": "Europe/Dublin"},
    {"TELEGRAM_BOT_NAME": "another program's", "TELEGRAM_TOKEN": TOKEN, "TELEGRAM_TOKEN_OLD": "x"},
    {"TIMEZONE": "", "UNDO_SECONDS": " "},
]


@pytest.mark.parametrize("environ", RIGHT, ids=[" ".join(environ) or "nothing" for environ in RIGHT])
def test_a_sensible_configuration_is_taken_without_a_word(environ: dict[str, str]) -> None:
    assert sentences(environ) == []


def test_every_fault_is_told_at_once_and_none_is_invented_from_another() -> None:
    told = sentences(
        {
            "UNDO_SECONDS": "soon",
            "TIMEZONE": "Mars",
            "TELEGRAM_MODE": "webhook",
            "PUBLIC_URL": "book.example.org",
            "TELEGRAM_PER_CHAT": "0",
            "TELEGRAM_TOKN": "x",
        }
    )

    named = sorted(sentence.split()[0] for sentence in told)
    assert named == [
        "PUBLIC_URL",
        "TELEGRAM_PER_CHAT",
        "TELEGRAM_TOKN",
        "TELEGRAM_WEBHOOK_SECRET",
        "TIMEZONE",
        "UNDO_SECONDS",
    ]


def test_a_configuration_error_may_be_shown_to_an_operator() -> None:
    with pytest.raises(OperatorError) as refusal:
        load_configuration({"TIMEZONE": "Mars"}, None)

    assert refusal.value.__suppress_context__ or refusal.value.__context__ is None


@given(st.text(alphabet=st.characters(exclude_characters="\0", codec="utf-8"), min_size=8, max_size=80))
def test_no_secret_is_ever_repeated(secret: str) -> None:
    canary = f"canary-{secret.strip()}"
    environ = dict.fromkeys(
        (
            "TELEGRAM_TOKEN",
            "TELEGRAM_WEBHOOK_SECRET",
            "DATABASE_URL",
            "KEYS_DATABASE_URL",
            "TELEGRAM_API_URL",
        ),
        canary,
    )
    environ["TELEGRAM_MODE"] = canary

    assert not [sentence for sentence in sentences(environ) if "canary" in sentence]


def test_what_was_given_as_secret_is_not_printed_with_the_configuration() -> None:
    configuration = load_configuration(
        {**WEBHOOK, "TELEGRAM_TOKEN": TOKEN, "DATABASE_URL": "postgresql://b:pass-word@db/bookbag"}, None
    )

    printed = f"{configuration!r} {configuration} {configuration.model_dump()}"
    assert not [secret for secret in (TOKEN, SECRET, "pass-word") if secret in printed]


def test_the_environment_counts_before_the_file_and_an_empty_value_counts_for_nothing(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text('# ours\nexport TIMEZONE="Europe/Dublin"\n\nUNDO_SECONDS=5\nGATHER_SECONDS=7\nOTHER=1\n')

    configuration = load_configuration({"UNDO_SECONDS": "6", "GATHER_SECONDS": ""}, env_file)

    assert configuration.timezone == "Europe/Dublin"
    assert configuration.undo_seconds == 6
    assert configuration.gather_seconds == 10
    assert configuration.zone.key == "Europe/Dublin"


def test_a_name_misspelt_in_the_file_is_asked_about(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("DATABSE_URL=sqlite:///x.db\nPOSTGRES_PASSWORD=x\n")

    assert sentences({}, env_file) == ["DATABSE_URL is not a name Bookbag knows: did you mean DATABASE_URL?"]


def test_a_file_that_cannot_be_understood_is_a_sentence_and_not_a_stack_trace(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("TIMEZONE=Europe/London\n123456:the token alone\n")
    assert sentences({}, env_file) == [f"{env_file} line 2 is not NAME=value: mend it, or put # before it."]

    env_file.write_bytes(b"TIMEZONE=\xff\xfe")
    told = [f"{env_file} cannot be read: it must be a text file in UTF-8 that you may read."]
    assert sentences({}, env_file) == told

    assert sentences({}, tmp_path) == [f"{tmp_path} cannot be read: it must be a text file in UTF-8 that you may read."]


def test_a_folder_where_a_file_should_be_and_the_other_way_round_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()

    told = sentences({"DATA_DIR": str(file), "ROOT_KEY_FILE": str(tmp_path)})

    assert told == [
        "DATA_DIR names a file: name a folder, which Bookbag makes if it is missing.",
        "ROOT_KEY_FILE names a folder: name a file in it, such as keys/root.key.",
    ]


def test_the_databases_are_beside_the_data_and_the_key_unless_named() -> None:
    configuration = load_configuration({"DATA_DIR": "/srv/book", "ROOT_KEY_FILE": "/srv/keys/root.key"}, None)
    assert configuration.database_url == "sqlite:////srv/book/bookbag.db"
    assert configuration.keys_database_url == "sqlite:////srv/keys/keys.db"

    named = load_configuration({"DATABASE_URL": "postgresql://db/book"}, None)
    assert named.database_url == "postgresql://db/book"
    assert named.keys_database_url == "sqlite:///keys/keys.db"


def test_running_needs_a_token_and_a_root_key_and_says_how_to_get_both(tmp_path: Path) -> None:
    key = tmp_path / "root.key"
    bare = load_configuration({"ROOT_KEY_FILE": str(key)}, None)

    told = [fault.sentence for fault in faults_for_running(bare)]

    assert told == [
        "TELEGRAM_TOKEN is missing: talk to @BotFather in Telegram, send /newbot, choose "
        "a name, and put the token "
        "it answers with into .env as TELEGRAM_TOKEN=…; or run `bookbag init`, which asks for it.",
        f"ROOT_KEY_FILE names {key}, which does not exist: run `bookbag init` to make it "
        "or, if this book was kept "
        "before, put its key back there.",
    ]
    key.touch()
    ready = load_configuration({"ROOT_KEY_FILE": str(key), "TELEGRAM_TOKEN": TOKEN}, None)
    assert faults_for_running(ready) == ()


def test_a_configuration_made_without_load_reads_nothing_from_the_machine() -> None:
    assert Configuration() == load_configuration({}, None)


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        ("127.0.0.1:80", "127.0.0.1:80", True),
        ("127.0.0.1:80", "127.0.0.1:81", False),
        ("127.0.0.1:80", "[::1]:80", False),
        ("[::]:80", "127.0.0.1:80", True),
        ("0.0.0.0:0", "0.0.0.0:0", False),
    ],
)
def test_two_endpoints_overlap_where_the_second_could_not_be_listened_on(one: str, other: str, overlap: bool) -> None:
    def endpoint(text: str) -> Endpoint:
        configuration = load_configuration({"LISTEN": text, "OPERATIONS_LISTEN": "127.0.0.1:9"}, None)
        assert str(configuration.listen) == text
        return configuration.listen

    assert endpoint(one).overlaps(endpoint(other)) is overlap
    assert endpoint(other).overlaps(endpoint(one)) is overlap
