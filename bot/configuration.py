"""What the operator decided, checked whole before anything starts.

Reads the environment and a ``.env`` file and answers with a :class:`Configuration`, or with every fault at
once: one sentence each, naming the variable and the mend.

Knows nothing of what the values are used for, opens neither database nor network, and never repeats a value
that could be a secret.
"""

from __future__ import annotations

import difflib
import ipaddress
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal, NoReturn
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_core import PydanticCustomError
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from book.errors import OperatorError

__all__ = [
    "REAL_TELEGRAM",
    "REAL_TWILIO",
    "Configuration",
    "ConfigurationError",
    "Endpoint",
    "Fault",
    "faults_for_running",
    "load_configuration",
]

REAL_TELEGRAM: Final = "https://api.telegram.org"
REAL_TWILIO: Final = "https://api.twilio.com"

# The Bot API's own limits: 30 messages a second for the whole bot, these ports for webhooks,
# these characters in the webhook's secret.
_MOST_PER_SECOND = 30
_WEBHOOK_PORTS = frozenset({80, 88, 443, 8443})
_TOKEN = re.compile(r"[0-9]{3,16}:[A-Za-z0-9_-]{30,64}")
_BOT_PATH = re.compile(r"/bot([0-9]|/|$)")
_ACCOUNT_SID = re.compile(r"AC[0-9a-f]{32}")
_TWILIO_TOKEN = re.compile(r"[A-Za-z0-9]{32}")
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{32,256}")

_ASK_BOTFATHER = (
    "talk to @BotFather in Telegram, send /newbot, choose a name, and put the token it answers with into "
    ".env as TELEGRAM_TOKEN=…; or run `bookbag init`, which asks for it"
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: the variable, and a whole sentence naming it and the mend."""

    variable: str
    sentence: str


class ConfigurationError(OperatorError):
    """The configuration cannot be used; one line for each fault, fit to be shown to an operator."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(fault.sentence for fault in self.faults))


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A host and a port to listen on; port 0 lets the system choose."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def is_everywhere(self) -> bool:
        """Whether this listens on every address of the machine."""
        return self.host in {"0.0.0.0", "::"}  # noqa: S104 - recognised here, bound nowhere

    def overlaps(self, other: Endpoint) -> bool:
        """Whether the two could not both be listened on."""
        if self.port != other.port or self.port == 0:
            return False
        return self.host == other.host or self.is_everywhere or other.is_everywhere


# --- what a single value must be ----------------------------------------------------------------------------


def _wrong(sentence: str) -> NoReturn:
    """Refuse a value; ``sentence`` goes on after the variable's name."""
    raise PydanticCustomError("foolish", "{sentence}", {"sentence": sentence})


def _a_database(value: SecretStr) -> SecretStr:
    url = value.get_secret_value()
    if not url:
        return value
    scheme, separator, rest = url.partition("://")
    match scheme.lower():
        case _ if not separator:
            _wrong("is not a database address: write sqlite:///path or postgresql://user:password@host/name.")
        case "sqlite":
            path = rest.removeprefix("/").partition("?")[0]
            if not rest.startswith("/") or path in {"", ":memory:"}:
                _wrong("names no file: write three slashes and a path, as in sqlite:///data/bookbag.db.")
        case "postgresql":
            try:
                parts = urlsplit(url)
                named = parts.path.strip("/") and (parts.port is None or parts.port > 0)
            except ValueError:
                named = False
            if not named:
                _wrong("names no database: write postgresql://user:password@host/name.")
        case "postgres":
            _wrong("begins with postgres://, an old spelling: write postgresql:// and leave the rest as it is.")
        case dialect if dialect.startswith(("postgresql+", "postgres+")):
            _wrong("names a driver, which is Bookbag's choice: write postgresql:// and leave the rest.")
        case _:
            _wrong("is of a kind Bookbag cannot keep its book in: use sqlite:///path or postgresql://host/name.")
    return value


def _a_time_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        _wrong("is not a time zone: write a name such as Europe/London.")
    return value


def _a_token(value: SecretStr) -> SecretStr:
    token = value.get_secret_value()
    if token and _TOKEN.fullmatch(token) is None:
        _wrong(
            "does not look like a token (digits, a colon and some 35 letters): copy the whole line "
            "@BotFather gave you, or ask it for /token."
        )
    return value


def _a_webhook_secret(value: SecretStr) -> SecretStr:
    secret = value.get_secret_value()
    if secret and _WEBHOOK_SECRET.fullmatch(secret) is None:
        _wrong(
            "must have 32 to 256 characters out of A-Z, a-z, 0-9, _ and -: "
            'make one with python3 -c "import secrets; print(secrets.token_urlsafe(48))".'
        )
    return value


def _split(value: str) -> SplitResult | None:
    """The parts of an http(s) address that is an address and nothing more, or None."""
    try:
        parts = urlsplit(value)
        usable = parts.hostname and parts.port != 0
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not usable or parts.username is not None:
        return None
    return None if parts.query or parts.fragment else parts


def _an_account_sid(value: str) -> str:
    if value and _ACCOUNT_SID.fullmatch(value) is None:
        _wrong("does not look like an account's SID (AC and 32 letters and digits): copy it from Twilio's console.")
    return value


def _a_twilio_token(value: SecretStr) -> SecretStr:
    token = value.get_secret_value()
    if token and _TWILIO_TOKEN.fullmatch(token) is None:
        _wrong("does not look like an auth token (32 letters and digits): copy the primary one from Twilio's console.")
    return value


def _a_number(value: str) -> str:
    number = re.sub(r"[\s().-]", "", value)
    if number and _NUMBER.fullmatch(number) is None:
        _wrong("is not a whole telephone number: write it with + and the country, as in +441632960961.")
    return number


def _a_twilio_address(value: str) -> str:
    parts = _split(value)
    if parts is None:
        _wrong(f"is not a web address: write {REAL_TWILIO}, or http://host:port of a server of your own.")
    if parts.scheme != "https" and not _is_loopback(parts.hostname or ""):
        _wrong("would send the token and what people write unencrypted: write an https address.")
    return value.rstrip("/")


def _an_api_address(value: str) -> str:
    parts = _split(value)
    if parts is None:
        _wrong(f"is not a web address: write {REAL_TELEGRAM}, or http://host:port of your own Bot API server.")
    if _BOT_PATH.search(parts.path):
        _wrong("goes too far: leave out /bot and what follows; Bookbag adds it with the token.")
    if parts.hostname == "api.telegram.org" and parts.scheme != "https":
        _wrong(f"would send the token unencrypted: write {REAL_TELEGRAM}.")
    return value.rstrip("/")


def _a_public_address(value: str) -> str:
    if value and _split(value) is None:
        _wrong("is not a web address: write https:// and a host, without ? or #, as in https://book.example.org.")
    return value.rstrip("/")


def _an_endpoint(value: object) -> object:
    if not isinstance(value, str):
        return value
    host, separator, port = value.strip().rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not separator or not host or not (port.isascii() and port.isdigit()) or int(port) > 65535:
        _wrong("must be a host and a port, as in 127.0.0.1:8080.")
    return Endpoint(host, int(port))


def _a_path(value: Path) -> Path:
    try:
        return value.expanduser()
    except RuntimeError:
        _wrong("begins with ~ and this system knows no such home folder: write the whole path.")


_Database = Annotated[SecretStr, AfterValidator(_a_database)]
_Seconds = Annotated[float, Field(ge=0, le=3600, allow_inf_nan=False)]
_Rate = Annotated[float, Field(ge=0, allow_inf_nan=False)]
_Endpoint = Annotated[Endpoint, BeforeValidator(_an_endpoint)]
_Path = Annotated[Path, AfterValidator(_a_path)]


# --- the whole ----------------------------------------------------------------------------------------------


class Configuration(BaseSettings):
    """Everything an operator may decide, each by its own environment variable.

    Make one with :func:`load_configuration`, which also checks what no single field can see. Paths stand as
    the operator wrote them, relative to the current directory; times are seconds.
    """

    model_config = SettingsConfigDict(case_sensitive=True, extra="forbid", frozen=True, hide_input_in_errors=True)

    data_dir: _Path = Field(
        default=Path("data"),
        validation_alias="DATA_DIR",
        description="The folder of the book: database, pictures, lock, socket. It is what a backup copies.",
    )
    database_url_given: _Database = Field(
        default=SecretStr(""),
        validation_alias="DATABASE_URL",
        description="Where the book is kept: sqlite:///path or postgresql://user:password@host/name. "
        "Empty: bookbag.db in DATA_DIR.",
    )
    root_key_file: _Path = Field(
        default=Path("keys/root.key"),
        validation_alias="ROOT_KEY_FILE",
        description="The key that opens every other key. Never inside DATA_DIR; keep a copy of it elsewhere.",
    )
    keys_database_url_given: _Database = Field(
        default=SecretStr(""),
        validation_alias="KEYS_DATABASE_URL",
        description="Where the wrapped keys are kept. Empty: keys.db beside ROOT_KEY_FILE.",
    )
    timezone: Annotated[str, AfterValidator(_a_time_zone)] = Field(
        default="Europe/London",
        validation_alias="TIMEZONE",
        description="The zone of settings that name none of their own; rules such as quiet hours follow it.",
    )
    telegram_token: Annotated[SecretStr, AfterValidator(_a_token)] = Field(
        default=SecretStr(""),
        validation_alias="TELEGRAM_TOKEN",
        description="The bot's token from @BotFather. Whoever has it is the bot.",
    )
    telegram_api_url: Annotated[str, AfterValidator(_an_api_address)] = Field(
        default=REAL_TELEGRAM,
        validation_alias="TELEGRAM_API_URL",
        description="The Bot API server. Change it only for a server of your own.",
    )
    telegram_mode: Literal["polling", "webhook"] = Field(
        default="polling",
        validation_alias="TELEGRAM_MODE",
        description="How messages come in: polling (no public address needed) or webhook.",
    )
    telegram_webhook_secret: Annotated[SecretStr, AfterValidator(_a_webhook_secret)] = Field(
        default=SecretStr(""),
        validation_alias="TELEGRAM_WEBHOOK_SECRET",
        description="What Telegram proves itself with at the webhook: at least 32 of A-Z, a-z, 0-9, _ and -.",
    )
    telegram_per_second: _Rate = Field(
        default=30,
        validation_alias="TELEGRAM_PER_SECOND",
        description="The most calls a second to Telegram. At the real address more than 0 and at most 30; "
        "elsewhere 0 means no limit.",
    )
    telegram_per_chat: _Rate = Field(
        default=1,
        validation_alias="TELEGRAM_PER_CHAT",
        description="The most messages a second to one chat. 0 means no limit, refused at the real address.",
    )
    twilio_account_sid: Annotated[str, AfterValidator(_an_account_sid)] = Field(
        default="",
        validation_alias="TWILIO_ACCOUNT_SID",
        description="The Twilio account's SID. Empty: neither text messages nor WhatsApp.",
    )
    twilio_auth_token: Annotated[SecretStr, AfterValidator(_a_twilio_token)] = Field(
        default=SecretStr(""),
        validation_alias="TWILIO_AUTH_TOKEN",
        description="The account's primary auth token. Whoever has it is the account.",
    )
    twilio_number: Annotated[str, AfterValidator(_a_number)] = Field(
        default="",
        validation_alias="TWILIO_NUMBER",
        description="The number that people text, with + and the country; it must be able to receive.",
    )
    twilio_whatsapp_number: Annotated[str, AfterValidator(_a_number)] = Field(
        default="",
        validation_alias="TWILIO_WHATSAPP_NUMBER",
        description="The number that people write to on WhatsApp, with + and the country. Empty: no WhatsApp.",
    )
    twilio_monthly_parts: int = Field(
        default=5000,
        ge=0,
        validation_alias="TWILIO_MONTHLY_PARTS",
        description="How many parts of texts may go out in a calendar month before what is not urgent is held. 0 means "
        "no limit.",
    )
    twilio_redact: bool = Field(
        default=False,
        validation_alias="TWILIO_REDACT",
        description="True: Twilio forgets the words of what is in the book. Files it forgets in any case.",
    )
    twilio_api_url: Annotated[str, AfterValidator(_a_twilio_address)] = Field(
        default=REAL_TWILIO,
        validation_alias="TWILIO_API_URL",
        description="The server that speaks Twilio's API. Change it only for a server of your own.",
    )
    public_url: Annotated[str, AfterValidator(_a_public_address)] = Field(
        default="",
        validation_alias="PUBLIC_URL",
        description="The https address under which the world reaches LISTEN. Needed for webhooks, text messages, and "
        "private links to pictures.",
    )
    listen: _Endpoint = Field(
        default=Endpoint("127.0.0.1", 8080),
        validation_alias="LISTEN",
        description="Where webhooks and private links are listened for, behind a proxy that does TLS.",
    )
    operations_listen: _Endpoint = Field(
        default=Endpoint("127.0.0.1", 8081),
        validation_alias="OPERATIONS_LISTEN",
        description="Where /healthz, /readyz and /metrics answer. Never the public address.",
    )
    desk_listen: _Endpoint = Field(
        default=Endpoint("127.0.0.1", 8082),
        validation_alias="DESK_LISTEN",
        description="Where the safeguarding desk's page is served, to the leads alone.",
    )
    desk_url: Annotated[str, AfterValidator(_a_public_address)] = Field(
        default="",
        validation_alias="DESK_URL",
        description="The address by which the leads' browsers reach DESK_LISTEN; empty: that one itself.",
    )
    words_file_given: str = Field(
        default="",
        validation_alias="WORDS_FILE",
        description="A file of the nursery's own words, read beside those that come with the book. Empty: none.",
    )
    undo_seconds: _Seconds = Field(
        default=20,
        validation_alias="UNDO_SECONDS",
        description="How long an ordinary note can be undone before it is passed on.",
    )
    gather_seconds: _Seconds = Field(
        default=10,
        validation_alias="GATHER_SECONDS",
        description="How long several messages in a row are gathered into one acknowledgement.",
    )
    unknown_wait_seconds: _Seconds = Field(
        default=30,
        validation_alias="UNKNOWN_WAIT_SECONDS",
        description="How long a call with no answer stays unknown before it is settled by a marked repeat.",
    )

    @property
    def database_url(self) -> str:
        """The address of the book itself, whether given or by default; may hold a password."""
        return self.database_url_given.get_secret_value() or f"sqlite:///{self.data_dir / 'bookbag.db'}"

    @property
    def media_dir(self) -> Path:
        """Where pictures are kept, sealed."""
        return self.data_dir / "media"

    @property
    def keys_database_url(self) -> str:
        """The address of the key store, whether given or by default; may hold a password."""
        given = self.keys_database_url_given.get_secret_value()
        return given or f"sqlite:///{self.root_key_file.parent / 'keys.db'}"

    @property
    def words_file(self) -> Path | None:
        """The file of the nursery's own words, if there is one."""
        return Path(self.words_file_given).expanduser() if self.words_file_given else None

    @property
    def desk_address(self) -> str:
        """Where a lead's browser finds the desk, without a slash at the end."""
        return f"{self.desk_url.rstrip('/') or f'http://{self.desk_listen}'}/desk"

    @property
    def zone(self) -> ZoneInfo:
        """``TIMEZONE`` as a zone."""
        return ZoneInfo(self.timezone)

    @property
    def has_texts(self) -> bool:
        """Whether people can be reached by text."""
        return bool(self.twilio_account_sid and self.twilio_number)

    @property
    def has_whatsapp(self) -> bool:
        """Whether people can be reached on WhatsApp."""
        return bool(self.twilio_account_sid and self.twilio_whatsapp_number)

    @property
    def is_at_real_telegram(self) -> bool:
        """Whether calls go to Telegram itself, where its limits hold."""
        return urlsplit(self.telegram_api_url).hostname == "api.telegram.org"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take what is handed in and nothing else, so that a test's configuration is the test's alone."""
        return (init_settings,)


# What goes on after the name where pydantic, and not a rule above, refused the value.
_MUST: Final[Mapping[str, str]] = {
    "TELEGRAM_MODE": "must be polling or webhook.",
    "TELEGRAM_PER_SECOND": "must be a number, 0 or more, such as 30.",
    "TELEGRAM_PER_CHAT": "must be a number, 0 or more, such as 1.",
    "UNDO_SECONDS": "must be a number of seconds from 0 to 3600, such as 20.",
    "GATHER_SECONDS": "must be a number of seconds from 0 to 3600, such as 10.",
    "UNKNOWN_WAIT_SECONDS": "must be a number of seconds from 0 to 3600, such as 30.",
}


def load_configuration(environ: Mapping[str, str], env_file: Path | None) -> Configuration:
    """Read the environment, and ``env_file`` for what it leaves open; an empty value means the default.

    Raises :class:`ConfigurationError` with every fault found, not only the first.
    """
    written, faults = _read_env_file(env_file)
    names = frozenset(_names())
    given = {name: value.strip() for name, value in {**written, **environ}.items() if name in names and value.strip()}
    faults += _misspelt(environ, written, given, names)

    faulty = set()
    try:
        configuration = Configuration(**_any(given))
    except ValidationError as refusal:
        for error in refusal.errors(include_url=False, include_input=False):
            name = str(error["loc"][0])
            said = error["msg"] if error["type"] == "foolish" else _MUST.get(name, "cannot be read.")
            faults.append(Fault(name, f"{name} {said}"))
            faulty.add(name)
        # The sound rest is looked at as well, so that one start names every fault.
        configuration = Configuration(**_any({name: given[name] for name in given if name not in faulty}))

    for together, fault in _foolish_together(configuration):
        if faulty.isdisjoint(together):
            faults.append(fault)
    if faults:
        raise ConfigurationError(faults)
    return configuration


def faults_for_running(configuration: Configuration) -> tuple[Fault, ...]:
    """What ``bookbag run`` needs beyond a sound configuration: a token, and a root key that exists."""
    faults = []
    if not configuration.telegram_token.get_secret_value():
        faults.append(Fault("TELEGRAM_TOKEN", f"TELEGRAM_TOKEN is missing: {_ASK_BOTFATHER}."))
    if not configuration.root_key_file.is_file():
        faults.append(
            Fault(
                "ROOT_KEY_FILE",
                f"ROOT_KEY_FILE names {configuration.root_key_file}, which does not exist: run `bookbag init`"
                " to make it or, if this book was kept before, put its key back there.",
            )
        )
    return tuple(faults)


# --- what no single value shows -----------------------------------------------------------------------------


def _foolish_together(configuration: Configuration) -> Iterator[tuple[frozenset[str], Fault]]:
    """Values that are sound alone and foolish together, each with the variables it was judged by."""
    yield from _foolish_places(configuration)
    yield from _foolish_pacing(configuration)
    if configuration.telegram_mode == "webhook":
        yield from _foolish_webhook(configuration)
    yield from _foolish_texts(configuration)
    if configuration.listen.overlaps(configuration.operations_listen):
        yield _fault(
            "OPERATIONS_LISTEN",
            "is the same as LISTEN: give /metrics and /healthz a port of their own, such as 127.0.0.1:8081.",
            "LISTEN",
        )
    yield from _foolish_desk(configuration)
    for other, name in ((configuration.listen, "LISTEN"), (configuration.operations_listen, "OPERATIONS_LISTEN")):
        if configuration.desk_listen.overlaps(other):
            yield _fault(
                "DESK_LISTEN",
                f"is the same as {name}: give the safeguarding desk a port of its own, such as 127.0.0.1:8082.",
                name,
            )


def _foolish_desk(configuration: Configuration) -> Iterator[tuple[frozenset[str], Fault]]:
    """What is read there may not travel open."""
    parts = urlsplit(configuration.desk_url)
    if configuration.desk_url and parts.scheme != "https" and not _is_loopback(parts.hostname or ""):
        yield _fault("DESK_URL", "must begin with https://, or what the leads read would travel open.")
    elif not configuration.desk_url and not _is_loopback(configuration.desk_listen.host):
        yield _fault(
            "DESK_URL",
            "is missing and DESK_LISTEN can be reached by others: put a proxy that does TLS before it and write its "
            "https address, or listen on 127.0.0.1.",
            "DESK_LISTEN",
        )


def _foolish_places(configuration: Configuration) -> Iterator[tuple[frozenset[str], Fault]]:
    data = configuration.data_dir.resolve()
    key = configuration.root_key_file
    if data.exists() and not data.is_dir():
        yield _fault("DATA_DIR", "names a file: name a folder, which Bookbag makes if it is missing.")
    if key.is_dir():
        yield _fault("ROOT_KEY_FILE", "names a folder: name a file in it, such as keys/root.key.")
    elif key.resolve().is_relative_to(data):
        yield _fault(
            "ROOT_KEY_FILE",
            "lies inside DATA_DIR, so every copy of the book would carry the key to it: "
            "move it outside, such as keys/root.key.",
            "DATA_DIR",
        )
    keys = _sqlite_file(configuration.keys_database_url)
    given = bool(configuration.keys_database_url_given.get_secret_value())
    if keys is not None and given and keys == _sqlite_file(configuration.database_url):
        yield _fault(
            "KEYS_DATABASE_URL",
            "is the same file as the book: give the keys a file of their own, outside DATA_DIR.",
            "DATABASE_URL",
            "DATA_DIR",
        )
    elif keys is not None and given and keys.is_relative_to(data):
        yield _fault(
            "KEYS_DATABASE_URL",
            "lies inside DATA_DIR, so a backup of the book would carry its keys: move it outside, "
            "or leave it empty for keys.db beside the root key.",
            "DATA_DIR",
        )


def _foolish_pacing(configuration: Configuration) -> Iterator[tuple[frozenset[str], Fault]]:
    if not configuration.is_at_real_telegram:
        return
    if not 0 < configuration.telegram_per_second <= _MOST_PER_SECOND:
        yield _fault(
            "TELEGRAM_PER_SECOND",
            f"must be more than 0 and at most {_MOST_PER_SECOND} at {REAL_TELEGRAM}: write 30.",
            "TELEGRAM_API_URL",
        )
    if configuration.telegram_per_chat == 0:
        yield _fault(
            "TELEGRAM_PER_CHAT",
            f"may be 0 (no limit) only at a Bot API server of your own, not at {REAL_TELEGRAM}: write 1.",
            "TELEGRAM_API_URL",
        )


def _foolish_webhook(configuration: Configuration) -> Iterator[tuple[frozenset[str], Fault]]:
    if not configuration.telegram_webhook_secret.get_secret_value():
        yield _fault(
            "TELEGRAM_WEBHOOK_SECRET",
            "is missing and TELEGRAM_MODE is webhook: make one with "
            'python3 -c "import secrets; print(secrets.token_urlsafe(48))", or set TELEGRAM_MODE=polling.',
            "TELEGRAM_MODE",
        )
    parts = urlsplit(configuration.public_url)
    judged = ("TELEGRAM_MODE", "TELEGRAM_API_URL")
    if not configuration.public_url:
        yield _fault(
            "PUBLIC_URL",
            "is missing and TELEGRAM_MODE is webhook: write the https address that leads to LISTEN, "
            "or set TELEGRAM_MODE=polling, which needs none.",
            *judged,
        )
    elif _is_loopback(parts.hostname or ""):
        # A Bot API server on this machine may well call back to this machine; Telegram cannot.
        if configuration.is_at_real_telegram:
            yield _fault("PUBLIC_URL", "is an address only this machine can reach: write a public one.", *judged)
    elif parts.scheme != "https":
        yield _fault("PUBLIC_URL", "must begin with https://, or what people write would travel open.", *judged)
    elif configuration.is_at_real_telegram and (parts.port or 443) not in _WEBHOOK_PORTS:
        yield _fault("PUBLIC_URL", "names a port Telegram does not call: use 443, 80, 88 or 8443.", *judged)


def _foolish_texts(configuration: Configuration) -> Iterator[tuple[frozenset[str], Fault]]:
    """Account, token and a number of either kind, or none of it; what comes in needs a way here."""
    numbers = {
        "TWILIO_NUMBER": configuration.twilio_number,
        "TWILIO_WHATSAPP_NUMBER": configuration.twilio_whatsapp_number,
    }
    account = {
        "TWILIO_ACCOUNT_SID": configuration.twilio_account_sid,
        "TWILIO_AUTH_TOKEN": configuration.twilio_auth_token.get_secret_value(),
    }
    first = next((name for name, value in (account | numbers).items() if value), None)
    if first is None:
        return
    missing = [name for name, value in account.items() if not value]
    if not any(numbers.values()):
        missing.append("TWILIO_NUMBER")
    for name in missing:
        said = f"is missing and {first} is given: write both, or leave all of them out for no text messages."
        yield _fault(name, said, first)
    parts = urlsplit(configuration.public_url)
    judged = ("TWILIO_ACCOUNT_SID", "TWILIO_API_URL", "TELEGRAM_MODE")
    if configuration.public_url and (_is_loopback(parts.hostname or "") or parts.scheme == "https"):
        if configuration.twilio_api_url == REAL_TWILIO and _is_loopback(parts.hostname or ""):
            said = "is an address only this machine can reach, and Twilio calls it: write a public one."
            yield _fault("PUBLIC_URL", said, *judged)
    elif configuration.telegram_mode != "webhook":  # Otherwise it has been said.
        said = "is missing" if not configuration.public_url else "does not begin with https://"
        yield _fault(
            "PUBLIC_URL",
            f"{said}, and Twilio brings texts there: write the https address that leads to LISTEN.",
            *judged,
        )


def _fault(variable: str, said: str, *also: str) -> tuple[frozenset[str], Fault]:
    return frozenset((variable, *also)), Fault(variable, f"{variable} {said}")


def _sqlite_file(url: str) -> Path | None:
    if not url.lower().startswith("sqlite:///"):
        return None
    return Path(url[len("sqlite:///") :].partition("?")[0]).resolve()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


# --- reading ------------------------------------------------------------------------------------------------


def _names() -> Iterator[str]:
    for field in Configuration.model_fields.values():
        yield str(field.validation_alias)


def _any(given: Mapping[str, str]) -> dict[str, Any]:
    """The same, for the type checker: pydantic turns each string into the type of its field."""
    return dict(given)


def _read_env_file(env_file: Path | None) -> tuple[dict[str, str], list[Fault]]:
    """What the file says, and what is wrong with the file itself; one that is not there says nothing."""
    if env_file is None or not env_file.exists():
        return {}, []
    try:
        lines = env_file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return {}, [Fault(".env", f"{env_file} cannot be read: it must be a text file in UTF-8 that you may read.")]
    faults = [
        Fault(".env", f"{env_file} line {number} is not NAME=value: mend it, or put # before it.")
        for number, line in enumerate(lines, start=1)
        if line.strip() and not line.lstrip().startswith("#") and not re.match(r"\s*(export\s+)?\w+\s*=", line)
    ]
    if faults:
        # The reader would complain of the same lines again, to the log.
        return {}, faults
    source = DotEnvSettingsSource(Configuration, env_file=env_file, case_sensitive=True)
    return {name: value for name, value in source.env_vars.items() if value is not None}, []


def _misspelt(
    environ: Mapping[str, str], written: Mapping[str, str], given: Mapping[str, str], names: frozenset[str]
) -> list[Fault]:
    """A name that is nearly one of ours where ours was not given is a slip of the pen, not somebody else's.

    In ``.env`` every name is looked at; the environment holds other programs' names, so there only
    ``TELEGRAM_*`` and ``TWILIO_*`` are.
    """
    ours = ("TELEGRAM_", "TWILIO_")
    unknown = {*written, *(name for name in environ if name.upper().startswith(ours))} - names
    faults = []
    for name in sorted(unknown):
        near = difflib.get_close_matches(name.upper(), sorted(names - given.keys()), n=1, cutoff=0.85)
        if near:
            faults.append(Fault(name, f"{name} is not a name Bookbag knows: did you mean {near[0]}?"))
    return faults
