"""How each kind of notice is put into words for one reader, from what the book says at that moment.

What is passed in has been looked up and allowed already. Nobody above this floor writes a sentence. Knows no
channel: lengths, buttons and numbers are theirs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from book.confirming import CONFIRMED_TOPICS
from book.deliveries import NoticeState
from book.disclosure import Disclosure, Nudge, Words
from book.entries import Entry
from book.facts import TOPIC_OF, Medicine, Sleep, Temperature
from book.ids import ChildId, NoticeId
from book.links import link_to
from book.media import MediaKind
from book.notices import NEW_LINE, OF_A_QUESTION, Acknowledgement, Choice, Notice, Offer, Said, WhichChild
from book.papers import Sentences
from book.people import STAFF, Pronoun, Role
from book.reached import NO_NUMBERS, OwnNumbers
from book.reasons import Reason
from book.responses import NO_LETTER, Response, ResponseKind
from book.sharing import Answer
from book.timing import WEEKDAYS, show, spoken_time
from book.topics import Group, Topic
from book.understanding.passwords import was_left_out
from book.wording.catalogue import Catalogue
from book.wording.days import Days, HandoverOf, MorningOf, PageOf
from book.wording.in_short import InShort, in_short
from book.wording.photographed import Photographed, Photos, Seer, differ
from book.wording.templates import load_templates
from book.wording.utterance import Labelled, Shown, Span, Style, Utterance, plain, turned_back
from book.wording.values import channel, day_of, is_link, is_marked, payload_of, worded
from book.wording.who_sees import in_words, tables_in_words

WHY_THIS_CHILD = ("only", "reply", "before", "asked")
"""Why a note is of a child, where no name says so."""

NOT_MOVED = Acknowledgement()
"""What an acknowledgement says of a move where there was none."""

_CLOCK = re.compile(r"\d{1,2}:\d\d")
_LONGEST_VALUE = 400  # what a choice can carry: some twenty children
_UNREACHABLE = frozenset(
    {Reason.BLOCKED, Reason.STOPPED, Reason.GAVE_UP, Reason.REFUSED_BY_CHANNEL}
    | {Reason.NO_SUCH_NUMBER, Reason.NOT_A_MOBILE, Reason.OUT_OF_REACH, Reason.FILTERED}
)


@dataclass(frozen=True, slots=True)
class Recipient:
    """How one person stands with one entry: told, to be told at a time, or not and why."""

    name: str
    is_parent: bool
    state: NoticeState
    reason: Reason | None
    at: datetime
    setting: int | None = None
    away: str = ""  # the colleague in whose place she is told, because she is away that day
    pronoun: Pronoun = Pronoun.THEY
    setting_name: str = ""
    closed: frozenset[Group] = frozenset()  # of what it is about, what may not travel to her
    can_change: str = ""  # the parent who can change that; empty where it would tell who chose what
    person: int = 0
    sees: bool = True  # what came with it, and not the words alone

    @property
    def is_told_in_person(self) -> bool:
        """A parent who has not joined: whoever hands the child over tells her."""
        return self.is_parent and self.reason is Reason.NO_ADDRESS


@dataclass(frozen=True, slots=True)
class Line:
    """One entry in an acknowledgement."""

    entry: Entry
    child: str
    recipients: tuple[Recipient, ...]
    setting: str  # where the author belongs
    seen: tuple[tuple[str, datetime], ...] = ()
    told_by: str = ""  # the setting by hand whose words these are
    other_parents: bool = False  # the child has a parent beside the author
    telephone: str = ""  # of that setting
    photos: Photos | None = None  # that came with it, and nothing else

    @property
    def is_photo(self) -> bool:
        """Whether it is spoken of as the photo it is: of a setting, and nobody is rung or asked to confirm anything."""
        entry = self.entry
        if self.photos is None or not self.photos.go or entry.author_role not in STAFF or entry.urgent:
            return False
        return entry.answered is None and not CONFIRMED_TOPICS & {each.topic for each in entry.subjects}


@dataclass(frozen=True, slots=True)
class Several:
    """A practitioner's note about several children: who wrote it, and how her own stand that day.

    ``in_today`` is None where none of them are hers more than her colleagues'. ``not_in`` are her others.
    """

    author: str
    in_today: frozenset[ChildId] | None = None
    not_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """One entry as a reader hears it."""

    entry: Entry
    child: str
    author: str
    answers_reader: bool
    corrected: bool
    asks_seen: bool = False
    asks_noted: str = ""  # a change of the timetable which this reader's setting is to note
    told_by: str = ""
    is_shown: bool = False  # it stands below the photos that came with it
    let_answer: tuple[tuple[int, str], ...] = ()  # settings a parent may let answer it, once, and whom she knows there
    manager: str = ""  # whom a question that only a person may answer is to be checked with
    ring: tuple[str, str] = ("", "")  # of what is urgent, whom to ring about it: a setting and its telephone
    asks_to_collect: bool = False  # urgently, if it is urgent


class Composer:
    """Puts notices into words in one language and one zone."""

    def __init__(
        self,
        catalogue: Catalogue,
        zone: ZoneInfo,
        *,
        in_text: bool = False,
        bot: Callable[[], str] = lambda: "",
        numbers: OwnNumbers = NO_NUMBERS,
    ) -> None:
        """``in_text`` where there are no buttons: sentences for plain text, and an undo that is said.

        ``bot`` gives the name that stands in links, empty while there is none; ``numbers`` are the book's own.
        """
        self._numbers = numbers
        self._bot = bot
        self._catalogue = catalogue
        self.zone = zone
        self._is_text = in_text
        self._photographed = Photographed(catalogue, zone)
        self._days = Days(catalogue, zone, in_text=in_text)
        self._templates = load_templates()

    def in_text(self) -> Composer:
        """The same for plain text."""
        return Composer(self._catalogue.in_text(), self.zone, in_text=True, bot=self._bot, numbers=self._numbers)

    # --- what others hear ---------------------------------------------------------------------------------------

    def relay(self, told: Sequence[Told], disclosure: Disclosure, now: datetime) -> Utterance:
        """One entry, or several about one child that are free to go together."""
        if isinstance(disclosure, Nudge):
            for setting, telephone in (each.ring for each in told if all(each.ring)):
                # What cannot wait is never "a note": it says whom to ring, and no more.
                ring = plain(self._say("nudge.relay.urgent", setting=setting, telephone=telephone))
                return ring if disclosure.is_doubted else self._to_be_seen(ring, told)
            return plain(self._say("nudge.relay"))
        if len(told) == 1:
            spans = self._one(told[0], now, self._heading(told[0], now))
        else:
            spans = [Span(self._say("relay.several", child=told[0].child), Style.HEADING)]
            for each in told:
                time = self._time(each.entry.happened_at, now)
                heading = self._say("relay.one_of_several", author=each.author, time=time)
                spans += [Span("\n"), *self._one(each, now, heading)]
        if any(each.asks_seen and _is_seen_now(each.entry) for each in told):
            return self._to_be_seen(Utterance(tuple(spans)), told)
        return Utterance(tuple(spans), self.beneath(told))

    def beneath(self, told: Sequence[Told]) -> tuple[Labelled, ...]:
        """What may be tapped below what is told."""
        asking = [each.entry for each in told if each.asks_seen]
        choices: tuple[Labelled, ...] = ()
        if asking:
            # One tap confirms everything in the message that is to be confirmed.
            said = ";".join(f"{each.id},{each.author},{each.acknowledgement or 0}" for each in asking)
            choices = (self._labelled(Choice(Offer.SEEN, asking[0].id, said)),)
        choices += tuple(
            self._labelled(
                Choice(Offer.NOTED, each.entry.id, f"{each.entry.author}|{each.entry.child}|{each.asks_noted}")
            )
            for each in told
            if each.asks_noted
        )
        return choices[:1] or self._let_answer(told)

    def page(self, page: PageOf) -> Utterance:
        """A child's day, for one of her family or whoever asks for it."""
        return Utterance(tuple(self._days.page(page)))

    def handover(self, handover: HandoverOf) -> Utterance:
        """A child's day so far, for whoever has her next."""
        return Utterance(tuple(self._days.handover(handover)))

    def morning(self, morning: MorningOf) -> Utterance:
        """What is new of her children, for somebody at work."""
        return Utterance(tuple(self._days.morning(morning)))

    def to_confirm(self, told: Sequence[Told]) -> tuple[Labelled, ...]:
        """One button for each of several entries that are to be confirmed, with the child's name."""
        return tuple(
            self._labelled(
                Choice(
                    Offer.SEEN_OF,
                    each.entry.id,
                    f"{each.entry.id},{each.entry.author},{each.entry.acknowledgement or 0}",
                    each.child,
                )
            )
            for each in told
            if each.asks_seen
        )

    def nothing_of(self, child: str, day: date) -> Utterance:
        """Of that day there is nothing to tell."""
        return Utterance(tuple(self._days.nothing(child, day)))

    def _to_be_seen(self, said: Utterance, told: Sequence[Told]) -> Utterance:
        """What cannot wait is answered with a tap or a number once it is read; its author waits for that."""
        asking = next((each.entry for each in told if each.asks_seen and _is_seen_now(each.entry)), None)
        if asking is None:
            return said
        value = f"{asking.id},{asking.author},{asking.acknowledgement or 0}"
        before = (Span(f" {self._say('seen_now.reply')}"),) if self._is_text else ()
        labelled = self._labelled(Choice(Offer.SEEN_NOW, asking.id, value))
        return Utterance((*said.spans, *before), (labelled,))

    def pictures_of(self, told: Told, now: datetime) -> Utterance:
        """The pictures of an entry whose words went before them."""
        return Utterance((self._picture_alone(told, now),))

    def _picture_alone(self, told: Told, now: datetime) -> Span:
        time = self._time(told.entry.happened_at, now)
        return Span(self._say("picture.alone", child=told.child, author=told.author, time=time), Style.HEADING)

    def _let_answer(self, told: Sequence[Told]) -> tuple[Labelled, ...]:
        """Beneath a question that does not travel, for a parent: who may answer it this once."""
        if len(told) != 1 or not told[0].let_answer:
            return ()
        entry = told[0].entry.id
        lets = [Choice(Offer.LET_ANSWER, entry, str(setting), name) for setting, name in told[0].let_answer]
        return tuple(self._labelled(each) for each in (*lets, Choice(Offer.REPLY_MYSELF, entry)))

    def _heading(self, told: Told, now: datetime) -> str:
        time = self._time(told.entry.happened_at, now)
        if told.corrected and not (told.entry.text and told.entry.text.corrections):
            return self._say("relay.corrected.heading", child=told.child, author=told.author, time=time)
        if told.answers_reader or (told.let_answer and self._names_child(told)):
            return self._say("relay.answer", author=told.author)
        if told.manager:
            return self._say("relay.asks", author=told.author)
        return self._say("relay.heading", child=told.child, author=told.author, time=time)

    @staticmethod
    def _names_child(told: Told) -> bool:
        """The first line is the child's name, unless the words themselves begin with it."""
        return told.entry.text is not None and told.entry.text.words.casefold().startswith(told.child.casefold())

    def _one(self, told: Told, now: datetime, heading: str) -> list[Span]:
        text = told.entry.text
        assert text is not None
        if not text.words.strip():
            return [self._picture_alone(told, now)]
        if _is_caption(told):
            return self._photographed.caption(told.child, text.words, told.author, told.entry.happened_at, now)
        setting, telephone = told.ring
        if self._is_text and all(told.ring) and (short := in_short(text.words, told.child, told.entry.facts)):
            said = self._say("relay.urgent.short", child=told.child, words=self._in_short(short))
            return [Span(said), Span(self._say("relay.ring", setting=setting, telephone=telephone))]
        spans = [Span(heading, Style.HEADING), Span(self._say("quote", words=turned_back(text.words)), Style.QUOTED)]
        if told.told_by:
            spans += [Span(" "), Span(self._say("relay.told_by", setting=told.told_by))]
        for correction in text.corrections:
            if spans[-1].style is Style.QUOTED:
                spans.append(Span("."))
            time = self._time(correction.at, now)
            spans.append(Span(self._say("relay.correction", time=time), Style.HEADING))
            spans.append(Span(self._say("quote", words=turned_back(correction.words)), Style.QUOTED))
        if text.unproved:
            spans.append(Span(self._say("relay.unproved", author=told.author)))
        if told.manager and text.asks:
            spans.append(Span(self._say(f"relay.asks.{text.asks}", manager=told.manager)))
        if all(told.ring) and told.asks_to_collect:
            stop = "" if spans[-1].style is not Style.QUOTED else "."
            spans.append(Span(f"{stop}{self._say('relay.ring', setting=setting, telephone=telephone)}"))
        return spans

    def _in_short(self, short: InShort) -> str:
        """ "temp 38.9, please collect"."""
        temperature = self._say("urgent.temperature", n=short.temperature) if short.temperature else ""
        return ", ".join(filter(None, (temperature, self._say("urgent.collect"))))

    def picture_link(self, told: Told, shown: Sequence[Shown], link: str, until: date, disclosure: Disclosure) -> str:
        """Where no picture can be shown: the link to them; who they are of and from only where words may stand."""
        what, day, count = what_these_are([each.kind for each in shown]), WEEKDAYS[until.weekday()], str(len(shown))
        if not isinstance(disclosure, Words):
            return self._say(f"link.unnamed.{what}", link=link, day=day, count=count)
        return self._say(f"link.named.{what}", child=told.child, author=told.author, link=link, day=day, count=count)

    def only_there(self, told: Told, shown: Sequence[Shown]) -> str:
        """Where no picture can be shown and there is no link to them either."""
        what = what_these_are([each.kind for each in shown])
        return self._say(f"link.none.{what}", author=told.author, count=str(len(shown)))

    def ignore(
        self, sent_at: datetime, *, of_another: bool = False, setting: str = "", telephone: str = ""
    ) -> Utterance:
        """What could not be taken back is said to be ignored; no child is named.

        ``of_another`` says to a family that it was not about their child, and whom they can ring.
        """
        time = spoken_time(sent_at.astimezone(self.zone))
        if of_another:
            return plain(self._say("recall.not_yours", time=time, setting=setting, telephone=telephone))
        return plain(self._say("recall.ignore", time=time))

    def repeated(self, text: str) -> str:
        """The one repeat of a message that may have arrived."""
        return self._say("repeat") + text

    # --- what the author hears ----------------------------------------------------------------------------------

    def acknowledgement(
        self,
        lines: Sequence[Line],
        disclosure: Disclosure,
        now: datetime,
        *,
        notice: NoticeId,
        move: Acknowledgement = NOT_MOVED,
        several: Several | None = None,
    ) -> Utterance | None:
        """One line for each child, of ``several`` exactly what each family will read; None where nothing is left."""
        if not lines:
            return None
        if not isinstance(disclosure, Words):
            return plain(self._acknowledged_unnamed(lines, now), silent=True)
        live = [line for line in lines if line.entry.is_live]
        if not live:
            children = dict.fromkeys(line.child for line in lines)
            if several is not None:
                return plain(self._say("ack.taken_back", child=", ".join(children)), silent=True)
            said = [self._say("ack.taken_back", child=child) for child in children]
            return plain("\n".join(said), silent=True)
        photos = [] if move.moved_from else _photos_among(live)
        shown = [line for lines in photos for line in lines]
        if shown and len(shown) < len(live):
            rest = [line for line in live if line not in shown]
            beside = self.acknowledgement(rest, disclosure, now, notice=notice, several=several)
            assert beside is not None
            above = "".join(f"{self._of_photos(lines, now)}\n" for lines in photos)
            return replace(beside, spans=(Span(above), *beside.spans))
        if shown:
            said = [self._of_photos(lines, now) for lines in photos]
            offers = [Choice(Offer.UNDO, notice), *([Choice(Offer.CHANGE, notice)] if len(live) == 1 else [])]
            labels = () if self._is_text else tuple(self._labelled(each) for each in offers)
            return plain("\n".join(said), choices=labels, silent=True)
        if several is not None and len({line.entry.child for line in live}) > 1:
            return self._of_several(live, several, now, notice=notice)
        written = [self._lines(child, live, now, move) for child in dict.fromkeys(x.child for x in live)]
        collections = [self._collection(line, now) for line in live if line.entry.text and line.entry.text.collection]
        collections += self._rings_with_it(live)
        no_choices = self._is_text or any(line.entry.urgent for line in live)
        choices = () if no_choices else self._ack_choices(live, notice)
        if len(live) == 1 and self._asks_a_person(live[0]):
            choices = ()
        return plain("\n".join([*(each for each in written if each), *collections]), choices=choices, silent=True)

    def _of_photos(self, lines: Sequence[Line], now: datetime) -> str:
        """The line about the photos of one message; below it each family's words, where they are not the same."""
        names = list(dict.fromkeys(line.child for line in lines))
        recipients = list({each.person: each for line in lines for each in line.recipients}.values())
        seers = [
            Seer(each.name, None if each.state is NoticeState.TOLD else each.at, each.is_parent, each.sees)
            for each in recipients
            if each.state in (NoticeState.WAITING, NoticeState.TOLD)
        ]
        noes = [f"{failed}." for each in recipients if not each.is_told_in_person and (failed := self._failure(each))]
        # Of several, whose families may have chosen otherwise, only who is to be told in person is named.
        closed = recipients if len(lines) == 1 else [each for each in recipients if each.is_told_in_person]
        if said := self._noes(lines, closed):
            noes.append(said)
        assert lines[0].photos is not None
        line = self._photographed.line(names, lines[0].photos, seers, noes, now)
        written = [(each.child, words) for each in lines for words in _words_of(each.entry)]
        below = [self._say("ack.several.line", names=name, words=words) for name, words in written]
        below = below if differ(written) else []
        below += [self._collection(each, now) for each in lines if each.entry.text and each.entry.text.collection]
        return "\n".join([line, *below, *self._rings_with_it(lines)])

    def beside(self, acknowledgement: Utterance, responses: Sequence[tuple[str, Response]]) -> Utterance:
        """What its readers said lightly stands below it: "Hannah ❤"."""
        said = [self._response(name, each) for name, each in responses]
        if not said:
            return acknowledgement
        return replace(acknowledgement, spans=(*acknowledgement.spans, Span("\n" + ", ".join(dict.fromkeys(said)))))

    def _response(self, name: str, response: Response) -> str:
        if response.kind is ResponseKind.MORE:
            return self._say("response.more", name=name)
        if NO_LETTER in response.sign:
            return self._say("response.sign.other", name=name)
        return self._say("response.sign", name=name, sign=response.sign)

    def _acknowledged_unnamed(self, lines: Sequence[Line], now: datetime) -> str:
        """Where phones are seen: no child and no family, but who at work hears of it and when, if that is one."""
        heard = {
            (each.name, show(each.at, now=now, zone=self.zone, to_parent=False).words)
            for line in lines
            if line.entry.is_live
            for each in line.recipients
            if each.state is NoticeState.WAITING and not each.is_parent
        }
        if len(heard) == 1:
            ((name, time),) = heard
            if _CLOCK.fullmatch(time):
                return self._say("nudge.ack.when", name=name, time=time)
        return self._say("nudge.ack")

    def _of_several(self, live: Sequence[Line], several: Several, now: datetime, *, notice: NoticeId) -> Utterance:
        """Who wrote, for how many; children with the same words on one line; who else is not in (dialogue 7)."""
        words: dict[ChildId, list[str]] = {}
        for line in live:
            words.setdefault(line.entry.child, []).extend(_words_of(line.entry))
        names = {line.entry.child: line.child for line in live}
        together: dict[str, list[str]] = {}
        for child, said in words.items():
            together.setdefault("; ".join(said), []).append(names[child])
        count = str(len(words))
        if several.in_today is None:
            heading = self._say("ack.several", name=several.author, count=count)
        else:
            # Of whom something was written she was there, whatever the timetable says.
            mine = str(len(several.in_today | words.keys()))
            heading = self._say("ack.several.own", name=several.author, count=count, mine=mine)
        lines = [self._say("ack.several.line", names=", ".join(who), words=said) for said, who in together.items()]
        if several.not_in and several.in_today is not None and several.in_today <= words.keys():
            lines.append(self._say("ack.several.not_in", names=", ".join(several.not_in)))
        lines += [self._collection(line, now) for line in live if line.entry.text and line.entry.text.collection]
        offers = () if self._is_text else (Choice(Offer.UNDO, notice, "all"), Choice(Offer.CHANGE, notice, "one"))
        return plain("\n".join([heading, *lines]), choices=tuple(self._labelled(each) for each in offers), silent=True)

    def _lines(self, child: str, live: Sequence[Line], now: datetime, move: Acknowledgement) -> str:
        mine = [line for line in live if line.child == child]
        plain_ones = [line for line in mine if self._topics_of(line)] or [
            line for line in mine if not (line.entry.text and line.entry.text.collection)
        ]
        if not plain_ones:
            return ""
        topics = list(dict.fromkeys(topic for line in plain_ones for topic in self._topics_of(line)))
        recipients = _latest(plain_ones)
        if len(plain_ones) == 1 and self._asks_a_person(plain_ones[0]):
            return self._asked(recipients, now)
        if not move.moved_from and (narrow := self._answer_narrow(plain_ones, recipients)):
            return narrow
        private = self._stays_private(plain_ones, recipients)
        if private:
            topics.sort(key=lambda topic: topic is not Topic.FAMILY_NEWS)  # what keeps it private comes first
        told = self._told(recipients, now) or self._say("ack.kept", child=child)
        if not move.moved_from and (asleep := self._asleep(child, plain_ones)):
            return asleep
        if move.moved_from:
            # What still stands on somebody's screen is said next, before whoever is told now.
            moved = self._say("ack.moved.to" if move.kept else "ack.moved", child=child, told=told)
            return " ".join([moved, *self._what_had_gone_out(move)])
        photos = self._photos_from_home(plain_ones)
        if topics or photos:
            brackets = self._stated(plain_ones) if _is_still_told(plain_ones, recipients) else {}
            brackets |= self._confirmed(plain_ones)
            labels = [self._topic_label(topic, plain_ones) + brackets.get(topic, "") for topic in topics]
            said_topics = ", ".join([*photos, *labels])
            if source := next((each.told_by for each in plain_ones if each.told_by), ""):
                said_topics = f"{said_topics} – {self._say('ack.told_by', setting=source)}"
            line = self._say("ack.line", child=child, topics=said_topics, told=told)
        else:
            line = self._say("ack.line.no_topics", child=child, told=told)
        if plain_ones[0].entry.author_role is Role.PROFESSIONAL and self._told(recipients, now):
            return self._by_professional(recipients)
        noes = private or self._noes(plain_ones, recipients)
        beside = " ".join(filter(None, (noes, self._rings_as_well(plain_ones, recipients))))
        if not beside:
            return line
        return f"{line} {beside}" if line.endswith(".") or self._is_text else f"{line}. {beside}"

    def _rings_as_well(self, lines: Sequence[Line], recipients: Sequence[Recipient]) -> str:
        """Beside what a setting writes to a family that cannot wait: to ring as well, until somebody has seen it."""
        urgent = [line for line in lines if line.entry.urgent and line.entry.author_role in STAFF]
        heard = [
            each for each in recipients if each.is_parent and each.state in (NoticeState.WAITING, NoticeState.TOLD)
        ]
        heard = [each for each in heard if not each.is_told_in_person]
        if not urgent or not heard:
            return ""
        for line in urgent:
            for name, at in line.seen[:1]:
                return self._say("ack.urgent.seen", name=name, time=spoken_time(at.astimezone(self.zone)))
        if len(heard) > 1:
            return self._say("ack.urgent.some")
        return self._say("ack.urgent", they_have=self._say(f"pronoun.{heard[0].pronoun}.has"))

    def _photos_from_home(self, lines: Sequence[Line]) -> list[str]:
        """ "photo", before what a family's note is about."""
        home = [line.photos for line in lines if line.photos is not None and line.entry.author_role not in STAFF]
        kinds = [kind for photos in home for kind in photos.go]
        return [self._photographed.label(kinds)] if kinds else []

    def _what_had_gone_out(self, move: Acknowledgement) -> list[str]:
        """Who may have read it for the wrong child, who still has it, and who has a note of that."""
        said = []
        if move.reached:
            names = self._catalogue.names(move.reached)
            said.append(self._say("ack.moved.some", names=names, wrong=move.moved_from))
        for each in move.kept:
            key = "ack.moved.a_text" if each.is_text else "ack.moved.a_message"
            time = spoken_time(each.at.astimezone(self.zone))
            said.append(self._say(key, name=each.name, time=time, them=self._say(f"pronoun.{each.pronoun}.them")))
        if not said:
            return [self._say("ack.moved.nobody", wrong=move.moved_from)]
        return [*said, self._say("ack.moved.noted", name=move.noted_by)] if move.noted_by else said

    def _by_professional(self, recipients: Sequence[Recipient]) -> str:
        """She is told by their places who has it, once and for all: parents, and who works there (dialogue 39)."""
        heard = [each for each in recipients if each.state in (NoticeState.WAITING, NoticeState.TOLD)]
        staff = [each.name for each in heard if not each.is_parent]
        parents = [self._say("ack.professional.parents")] if any(each.is_parent for each in heard) else []
        return self._say("ack.professional", names=self._catalogue.names([*parents, *staff]))

    def _topics_of(self, line: Line) -> list[Topic]:
        """The topics shown; who collects has a line of its own."""
        text = line.entry.text
        collects = text is not None and bool(text.collection)
        found = [s.topic for s in line.entry.subjects if not (collects and s.topic is Topic.ATTENDANCE)]
        because = text.because if text is not None else ()
        mood, worry = ({words for topic, words in because if topic == of} for of in (Topic.MOOD, Topic.CONCERN))
        if Topic.CONCERN in found and mood <= worry:
            # The very words that worry are no mood beside it.
            found = [topic for topic in found if topic is not Topic.MOOD]
        return found

    def _topic_label(self, topic: Topic, lines: Sequence[Line]) -> str:
        """How a topic is shown; of private health what kind it is, where the words say so."""
        if topic is Topic.ATTENDANCE and any(x.entry.urgent and x.entry.author_role in STAFF for x in lines):
            return self._say("topic.attendance.collect")  # a setting that cannot wait for it asks for that
        for line in lines:
            private = any(each.topic is topic is Topic.HEALTH and each.private for each in line.entry.subjects)
            because = line.entry.text.because if line.entry.text is not None else ()
            if private and any(of == topic and "letter" in words.casefold() for of, words in because):
                return self._say("topic.health.letter")
        return self._say(f"topic.{topic}")

    def _stated(self, lines: Sequence[Line]) -> dict[Topic, str]:
        """What of a note's facts is shown beside its topic while it can still be put right: when a dose was given, a
        temperature."""
        said: dict[Topic, str] = {}
        for fact in (fact for line in lines for fact in line.entry.facts):
            match fact:
                case Medicine(at=datetime() as at):
                    said.setdefault(Topic.MEDICATION, self._say("ack.fact.given", time=spoken_time(at)))
                case Temperature(celsius=celsius):
                    said.setdefault(Topic.HEALTH, self._say("ack.fact.temperature", n=f"{celsius:g}"))
                case _:
                    pass
        return {topic: f" {words}" for topic, words in said.items()}

    def _confirmed(self, lines: Sequence[Line]) -> dict[Topic, str]:
        """What a person has confirmed, and who."""
        said: dict[Topic, str] = {}
        for line in lines:
            for topic in (each.topic for each in line.entry.subjects if each.topic in CONFIRMED_TOPICS):
                for name, at in line.seen[:1]:
                    time = spoken_time(at.astimezone(self.zone))
                    said.setdefault(topic, f" {self._say('ack.confirmed', name=name, time=time)}")
        return said

    def held(self, lines: Sequence[Line], disclosure: Disclosure) -> Utterance | None:
        """Who cannot hear of it for now and until when, where the line that named her cannot be edited."""
        if not isinstance(disclosure, Words):
            return None
        said = [self._held(each) for line in lines if line.entry.is_live for each in line.recipients]
        names = ", ".join(dict.fromkeys(each for each in said if each))
        return plain(self._say("ack.held", names=names), silent=True) if names else None

    def _held(self, recipient: Recipient) -> str:
        """ "Joe (no texts until 1 December: please ring)"; empty for whom it is only a matter of time."""
        if recipient.state is not NoticeState.WAITING:
            return ""
        if recipient.reason is Reason.TEXTS_SPENT:
            until = worded(self._catalogue, day_of(self.day_of(recipient.at)), self.zone)
            return self._say("told.held.spent", name=recipient.name, until=until)
        if recipient.reason is Reason.TO_BE_PROVED:
            return self._say(
                "told.held.proof", name=recipient.name, them=self._say(f"pronoun.{recipient.pronoun}.them")
            )
        return ""

    def confirmed(self, lines: Sequence[Line], disclosure: Disclosure) -> Utterance | None:
        """What a person has confirmed and who, where the line that promised it cannot be edited."""
        if not isinstance(disclosure, Words):
            return None
        said = []
        for line in (each for each in lines if each.seen and each.entry.is_live):
            name, at = line.seen[0]
            time = spoken_time(at.astimezone(self.zone))
            if line.entry.text is not None and line.entry.text.collection:
                said.append(self._say("ack.collection.seen", who=line.entry.text.collection, name=name, time=time))
                continue
            topics = [each.topic for each in line.entry.subjects if each.topic in CONFIRMED_TOPICS]
            labels = ", ".join(self._topic_label(each, [line]) for each in topics)
            said.append(self._say("ack.confirmed.alone", child=line.child, topics=labels, name=name, time=time))
        return plain("\n".join(said), silent=True) if said else None

    def _asleep(self, child: str, lines: Sequence[Line]) -> str:
        """ "Leo down", "leo up": the line says when he slept, as that is all there is to say."""
        facts = lines[-1].entry.facts
        text = lines[-1].entry.text
        if len(facts) != 1 or text is None or lines[-1].entry.author_role not in STAFF:
            return ""
        sleep = facts[0]
        # Written as it happened: all the words are the fact's, and no time stands in them.
        as_it_happened = sleep.words == text.words.strip(" .!") and not any(letter.isdigit() for letter in text.words)
        if not isinstance(sleep, Sleep) or sleep.begins is None or not as_it_happened:
            return ""
        begins = spoken_time(sleep.begins)
        if sleep.ends is None:
            return self._say("ack.asleep", child=child, time=begins)
        return self._say("ack.slept", child=child, time=begins, until=spoken_time(sleep.ends))

    @staticmethod
    def _asks_a_person(line: Line) -> bool:
        return line.entry.text is not None and bool(line.entry.text.asks)

    def _asked(self, recipients: Sequence[Recipient], now: datetime) -> str:
        """A question that only a person may answer: who was asked, and nothing else."""
        heard = [each for each in recipients if each.state in (NoticeState.WAITING, NoticeState.TOLD)]
        if not heard:
            return self._say("ack.asks.nobody")
        names = self._catalogue.names([each.name for each in heard])
        waits = max((each.at for each in heard if each.state is NoticeState.WAITING), default=now)
        when = show(waits, now=now, zone=self.zone, to_parent=False).words
        return self._say("ack.asks.later", names=names, time=when) if when else self._say("ack.asks", names=names)

    def _answer_narrow(self, lines: Sequence[Line], recipients: Sequence[Recipient]) -> str:
        """An answer to one parent's private note: the line says who alone sees it; empty where it is none."""
        heard = [each for each in recipients if each.state in (NoticeState.WAITING, NoticeState.TOLD)]
        kept_from = [each for each in recipients if each.is_parent and each.reason is Reason.ANSWERS_NARROWER]
        if lines[0].entry.author_role not in STAFF or not kept_from or len(heard) != 1 or not heard[0].is_parent:
            return ""
        return self._say("ack.answer_private", name=heard[0].name)

    def _stays_private(self, lines: Sequence[Line], recipients: Sequence[Recipient]) -> str:
        """News of the family where there is another parent: that nobody but the setting sees it is said at once."""
        entry = lines[0].entry
        family = any(each.topic is Topic.FAMILY_NEWS for line in lines for each in line.entry.subjects)
        if entry.author_role is not Role.PARENT or not lines[0].other_parents or not family or not lines[0].setting:
            return ""
        heard = [each for each in recipients if each.state in (NoticeState.WAITING, NoticeState.TOLD)]
        if not heard or any(each.is_parent or each.setting != entry.author_setting for each in heard):
            return ""
        return self._say("ack.only", name=lines[0].setting)

    def _told(self, recipients: Sequence[Recipient], now: datetime) -> str:
        """Names who will have it and when, and ticks those who have."""
        recipients = [each for each in recipients if not each.is_told_in_person]
        failed = [each for each in recipients if self._failure(each) is not None]
        recipients = [each for each in recipients if each.state is not NoticeState.WAITING or each not in failed]
        heard = [each for each in recipients if each.state in (NoticeState.WAITING, NoticeState.TOLD)]
        if not heard and not failed:
            return ""
        if all(each.state is not NoticeState.WAITING for each in recipients):
            said = [f"{each.name} ✓" for each in heard] + [self._failure(each) or "" for each in failed]
            return " ".join(said)
        groups: dict[tuple[str, str], list[str]] = {}
        for each in heard:
            if each.state is NoticeState.TOLD:
                groups.setdefault(("✓", ""), []).append(each.name)
            else:
                when = show(each.at, now=now, zone=self.zone, to_parent=each.is_parent).words
                groups.setdefault((self._short(when), self._away(each, now)), []).append(each.name)
        if {when for when, _ in groups} == {""}:
            said = [name + away for (_, away), names in groups.items() for name in names]
            if all(each.is_parent for each in heard):
                said = [self._catalogue.names(said)]
            if len(heard) == 1 and not heard[0].is_parent:
                said = [f"{heard[0].name} {self._say('why.now')}{self._away(heard[0], now)}"]
        else:
            said = [
                f"{self._catalogue.names(names)} {when or self._say('why.now')}{away}"
                for (when, away), names in groups.items()
            ]
        return ", ".join([*said, *(self._failure(each) or "" for each in failed)])

    def _short(self, when: str) -> str:
        """By text a weekday has three letters: "Fri 7:30"."""
        day = next((each for each in WEEKDAYS if self._is_text and when.startswith(each)), "")
        return f"{day[:3]}{when.removeprefix(day)}"

    def _away(self, recipient: Recipient, now: datetime) -> str:
        """Why she is told and not her colleague: (Priya's away today)."""
        if not recipient.away:
            return ""
        if self.day_of(recipient.at) == self.day_of(now):
            return " " + self._say("ack.away.today", name=recipient.away)
        return " " + self._say("ack.away.then", name=recipient.away)

    def _failure(self, recipient: Recipient) -> str | None:
        if held := self._held(recipient):
            return held
        if recipient.state is not NoticeState.WITHHELD:
            return None
        if recipient.reason is Reason.NO_ADDRESS:
            return self._say("told.no_address", name=recipient.name)
        if recipient.reason is Reason.UNCONFIRMED:
            return self._say("told.unconfirmed", name=recipient.name)
        if recipient.reason in _UNREACHABLE:
            return self._say("told.unreachable", name=recipient.name)
        return None

    def _noes(self, lines: Sequence[Line], recipients: Sequence[Recipient]) -> str:
        """Who will not have it, in a few words that reveal nobody else's choice."""
        said: list[str] = []
        staff = lines[0].entry.author_role in STAFF
        for each in recipients:
            if each.state not in (NoticeState.WITHHELD, NoticeState.WITHDRAWN):
                continue
            match each.reason:
                case Reason.NOT_SHARED if staff:
                    said.append(self._not_between(each))
                case Reason.NOT_SHARED:
                    said.append(self._stays(each, lines[0], recipients))
                case Reason.NOT_CHOSEN if not staff:
                    said.append(self._say("ack.not.not_chosen.parent", name=each.name))
                case Reason.NOT_CHOSEN:
                    said.append(self._say("ack.not.not_chosen", name=each.name))
                case Reason.NARROWED:
                    said.append(self._say("ack.not.narrowed", name=each.name))
                case Reason.NO_ADDRESS if each.is_parent:
                    them = self._say(f"pronoun.{each.pronoun}.them")
                    said.append(self._say("told.not_joined", name=each.name, them=them))
                case Reason.NOT_WANTED:
                    said.append(self._say("ack.not.not_wanted", name=each.name))
                case Reason.UNDERSTOOD_BY_NOBODY:
                    said.append(self._say("ack.not.understood", name=each.name))
                case _:
                    # What is between two parents is told to neither of them about the other.
                    pass
        if staff and any(each.reason is Reason.ANSWERS_NARROWER for each in recipients):
            heard = [each.name for each in recipients if each.state in (NoticeState.WAITING, NoticeState.TOLD)]
            if heard:
                said.append(self._say("ack.answer_narrow", names=self._catalogue.names(heard)))
        return " ".join(said)

    def _stays(self, recipient: Recipient, line: Line, recipients: Sequence[Recipient]) -> str:
        """ "Not Dawn: letters stay with Sunshine"; with you, where Sunshine is not told either."""
        key = f"ack.not.parent.{_only(recipient.closed)}"
        hears = any(
            each.setting == line.entry.author_setting and each.state in (NoticeState.WAITING, NoticeState.TOLD)
            for each in recipients
            if not each.is_parent
        )
        home = line.setting if hears and line.setting else self._say("you")
        return self._say(key, name=recipient.name, setting=home)

    def _not_between(self, recipient: Recipient) -> str:
        """ "Not Sunshine: worries aren't shared between you. Hannah can change that." """
        said = self._say(f"ack.not.staff.{_only(recipient.closed)}", name=recipient.setting_name or recipient.name)
        if recipient.can_change:
            return f"{said} {self._say('ack.can_change', name=recipient.can_change)}"
        return f"{said} {self._say('ack.can_change.parents')}"

    def _collection(self, line: Line, now: datetime) -> str:
        assert line.entry.text is not None
        who = line.entry.text.collection
        if line.seen:
            name, at = line.seen[0]
            time = spoken_time(at.astimezone(self.zone))
            return self._say("ack.collection.seen", who=who, name=name, time=time)
        if line.entry.urgent and not was_left_out(line.entry.text.words):
            return self._say("ack.collection.urgent", child=line.child, setting=line.setting)
        if was_left_out(line.entry.text.words) and line.telephone:
            latest = max((each.at for each in line.recipients if not each.is_parent), default=now)
            when = show(latest, now=now, zone=self.zone, to_parent=False).words or self._say("why.now")
            key, ring = "ack.collection.password", line.telephone
            return self._say(key, child=line.child, who=who, setting=line.setting, time=when, telephone=ring)
        return self._say("ack.collection", who=who, setting=line.setting)

    def _rings_with_it(self, live: Sequence[Line]) -> list[str]:
        """A password stood in a note that says of nobody that she collects."""
        for line in live:
            text = line.entry.text
            if text is not None and not text.collection and was_left_out(text.words) and line.telephone:
                return [self._say("ack.password", telephone=line.telephone)]
        return []

    def _ack_choices(self, live: Sequence[Line], notice: NoticeId) -> tuple[Labelled, ...]:
        choices = [Choice(Offer.UNDO, notice), Choice(Offer.CHANGE, notice)]
        if len(live) == 1 and self._answer_narrow(live, live[0].recipients):
            return (self._labelled(Choice(Offer.EVERYONE, live[0].entry.id)),)
        if len(live) == 1 and live[0].entry.author_role is Role.PARENT:
            too = [
                Choice(Offer.TOO, live[0].entry.id, str(each.setting), each.name)
                for each in live[0].recipients
                if each.state is NoticeState.WITHHELD and each.reason is Reason.NOT_SHARED and each.setting is not None
            ][:1]
            # Where one kind alone keeps it back, it was read for sure: there is nothing to change (dialogue 15).
            sure = all(_only(each.closed) != "several" for each in live[0].recipients if each.closed)
            closed = any(each.closed for each in live[0].recipients)
            choices = [*too, choices[0]] if too and closed and sure else [*too, *choices]
        return tuple(self._labelled(each) for each in choices)

    def explanation(self, line: Line, noes: Sequence[tuple[str, Reason]], reasons: dict[str, Reason],
                    now: datetime) -> Utterance:  # fmt: skip
        """The long form: topics and the words that led there, who has it, who not and why."""
        entry = line.entry
        because = entry.text.because if entry.text is not None else ()
        if entry.subjects:
            topics = ", ".join(
                self._because(
                    self._say(f"topic.{each.topic}"), [words for topic, words in because if topic == each.topic.value]
                )
                for each in entry.subjects
            )
            said = [self._say("why.topics", child=line.child, topics=topics)]
        else:
            said = [self._say("why.no_topics", child=line.child)]
        if entry.facts:
            facts = (
                self._because(self._say(f"topic.{TOPIC_OF[each.kind]}"), [each.words] if each.words else [])
                for each in entry.facts
            )
            said.append(self._say("why.facts", words=", ".join(dict.fromkeys(facts))))
        if which := entry.text.which if entry.text is not None else "":
            said.append(
                self._say(f"why.child.{which}", child=line.child)
                if which in WHY_THIS_CHILD
                else self._say("why.child", child=line.child, words=which)
            )
        for each in line.recipients:
            reason = self._reason(reasons.get(each.name, each.reason or Reason.SHARED))
            if each.state is NoticeState.TOLD:
                said.append(self._say("why.told", name=each.name, reason=reason))
            elif each.state is NoticeState.WAITING:
                when = show(each.at, now=now, zone=self.zone, to_parent=each.is_parent).words or self._say("why.now")
                said.append(self._say("why.will", name=each.name, time=when, reason=reason))
        known = {each.name for each in line.recipients}
        apart = [(each.name, each.reason or Reason.NOT_SHARED) for each in line.recipients if _is_not_told(each)]
        apart += [(name, reason) for name, reason in noes if name not in known]
        by_reason: dict[Reason, list[str]] = {}
        for name, reason in apart:
            by_reason.setdefault(reason, []).append(name)
        said += [
            self._say("why.not", name=self._catalogue.names(names), reason=self._reason(why))
            for why, names in by_reason.items()
            # What is between two parents is told to neither of them about the other.
            if why is not Reason.NOTES_APART
        ]
        return plain("\n".join(said))

    def _because(self, what: str, words: Sequence[str]) -> str:
        """ "sleep (“bad night”)": what was understood, and the words that led there."""
        quoted = ", ".join(dict.fromkeys(self._say("quote", words=each) for each in words))
        return f"{what} ({quoted})" if quoted else what

    def _reason(self, reason: Reason) -> str:
        key = f"reason.{reason}"
        return self._say(key if key in self._catalogue.keys else "reason.other")

    def reason_of(self, reason: Reason) -> str:
        """The same for somebody who is neither author nor reader: "you" would be nobody there."""
        key = f"reason.of.{reason}"
        return self._say(key) if key in self._catalogue.keys else self._reason(reason)

    # --- questions and fixed sentences --------------------------------------------------------------------------

    def which_child(self, children: Sequence[tuple[int, str]], disclosure: Disclosure, asked: WhichChild) -> Utterance:
        """The one question, with a choice for each child and, last, for all where there are several; again, about what.

        Where no child may be named, the name is asked for.
        """
        if isinstance(disclosure, Nudge):
            return plain(self._say("which_child.nudge"))
        message = f"{OF_A_QUESTION}{asked.message}"
        choices = [Labelled(name, Choice(Offer.CHILD, child, message, name)) for child, name in children]
        both = self._say("choice.both" if len(children) == 2 else "choice.all")
        everyone = f"{message}:{','.join(str(child) for child, _ in children)}"
        if len(children) > 1 and len(everyone) <= _LONGEST_VALUE:
            choices.append(Labelled(both, Choice(Offer.BOTH, 0, everyone)))
        if not asked.why:
            return plain(self._say("which_child"), choices=tuple(choices))
        question = self._say("which_child.state" if asked.is_state else "which_child.words", about=asked.about)
        return plain(f"{self._say(f'which_child.{asked.why}')} {question}", choices=tuple(choices))

    def said(self, said: Said) -> Utterance:
        """A sentence of the catalogue, what stands before it, and those that stand below it."""
        keys = (*said.before, said.key)
        first = " ".join(NEW_LINE if key == NEW_LINE else self.sentence(key, said.values) for key in keys)
        lines = [first.replace(f" {NEW_LINE} ", NEW_LINE), *(self.sentence(key, values) for key, values in said.lines)]
        return replace(
            plain("\n".join(lines), choices=tuple(self._labelled(each) for each in said.choices)),
            lets_go=said.lets_go,
            document=said.document,
        )

    def sentences(self, sentences: Sentences) -> list[tuple[str, str]]:
        """Each of them in words, with its key: for a page that sets them apart."""
        return [(key, self.sentence(key, values)) for key, values in sentences]

    def sentence(self, key: str, values: Mapping[str, str]) -> str:
        """One sentence with what stands in it: names joined, and numbers with what is counted ("78 children")."""
        places = {name: self._value(name, value) for name, value in values.items()}
        # Whose it is: {setting_s} is "Sunshine Nursery's".
        places |= {f"{name}_s": self._catalogue.possessive(value) for name, value in places.items() if value}
        return self._say(key, **places, **self._where_to_send())

    def _where_to_send(self) -> dict[str, str]:
        """What stands beside a code that is handed on: by text to which number, and where Bookbag is written to."""
        if number := self._numbers.first:
            return {
                "texts": self._numbers.texts,
                "whatsapp": self._numbers.whatsapp,
                "by_text": self._say("code.by_text.to", number=number),
                "bookbag": self._say("code.bookbag.at", number=number),
            }
        without = {"texts": "", "whatsapp": ""}
        return {"by_text": self._say("code.by_text"), "bookbag": self._say("code.bookbag"), **without}

    def nudged(self, notice: Notice) -> Utterance:
        """Something is asked or told about a child at an address that carries no words."""
        if isinstance(notice, Said) and notice.unnamed:
            return plain(self.sentence(notice.unnamed, notice.values))
        return plain(self._say("nudge.said"))

    def announced(self, said: Said, language: str) -> Utterance:
        """That something waits, in a sentence which the platform has approved."""
        template = self._templates.of(said.announces, language)
        values = tuple(said.values.values())
        return replace(plain(template.filled(values)), template=template.name, values=values)

    def _value(self, key: str, value: str) -> str:
        """What stands in a sentence: names joined, groups and uses in words, tables laid out."""
        if is_link(value):
            return link_to(self._bot(), payload_of(value))
        if is_marked(value):
            return worded(self._catalogue, value, self.zone)
        match key:
            case "groups":
                return in_words(self._catalogue, value)
            case "use":
                return self._say(f"photo.{value}")
            case "tables":
                return tables_in_words(self._catalogue, value)
            case "days":
                return ", ".join(self._say(f"weekday.{day}") for day in value.split())
            case _ if value.isdigit() and f"count.{key}" in self._catalogue.keys:
                return self._say(f"count.{key}.one" if value == "1" else f"count.{key}", n=value)
            case _:
                return worded(self._catalogue, value, self.zone)

    def may_see(self, name: str, child: str) -> str:
        """What stands before a sharing answer; ``child`` is empty where only one can be meant."""
        return (
            self._say("sharing.may_see.child", name=name, child=child)
            if child
            else self._say("sharing.may_see", name=name)
        )

    def answer(self, answer: Answer) -> str:
        """One of the answers to the sharing question, as it is offered."""
        return self._say(f"sharing.{answer}")

    def time_of(self, at: datetime) -> str:
        """A civil time in the book's zone: 6:02."""
        return spoken_time(at.astimezone(self.zone))

    def day_of(self, at: datetime) -> date:
        """The civil day of an instant in the book's zone."""
        return at.astimezone(self.zone).date()

    def words(self, key: str) -> str:
        """A short answer of the platform's own; empty for no key."""
        return self._say(key) if key else ""

    def _labelled(self, choice: Choice) -> Labelled:
        if choice.offer is Offer.IMPORT_FILL:
            return Labelled(self._filled(choice), choice)
        match choice.offer:
            case Offer.TOPIC:
                name = self._say(f"topic.{choice.value}")
            case Offer.SHARING_LET | Offer.SHARING_STOP:
                name = self._say(f"group.{choice.value.rpartition(',')[2]}")
            case Offer.PHOTOS_LET | Offer.PHOTOS_STOP:
                name = self._say(f"photo.{choice.value}")
            case Offer.SHARING_ANSWER:
                name = self._say(f"choice.answer.{choice.value.split(',')[1]}")
            case Offer.LET_SEE:
                their = self._say(f"pronoun.{choice.name or Pronoun.THEY}.their")
                name = self._say(f"let_see.{choice.value}", their=their[:1].upper() + their[1:])
            case Offer.LANGUAGES if choice.name:
                return Labelled(self._say("choice.languages.named", name=choice.name), choice)
            case Offer.RUNG if choice.name in set(Pronoun):
                name = self._say(f"pronoun.{choice.name}.them")
            case Offer.UNDO | Offer.CHANGE if choice.value:  # of several children's lines
                key = "choice.undo.all" if choice.offer is Offer.UNDO else "choice.change.one"
                return Labelled(self._say(key), choice)
            case Offer.CHANNEL | Offer.CHANNEL_ADD:
                name = channel(self._catalogue, choice.value, choice.name)
                said = self._say(f"choice.{choice.offer}", name=name)
                return Labelled(said[:1].upper() + said[1:], choice)
            case _:
                name = choice.name
        return Labelled(self._say(f"choice.{choice.offer}", name=name), choice)

    def _filled(self, choice: Choice) -> str:
        """ "Add 78: leave those two numbers blank"; the choice's value says how many of what would be blank."""
        number, _, what = choice.value.partition(" ")
        many = self._say(f"number.{number}") if f"number.{number}" in self._catalogue.keys else number
        key = f"choice.import_fill.{what or 'fields'}{'.one' if number == '1' else ''}"
        return self._say(key, name=choice.name, many=many)

    def _time(self, at: datetime, now: datetime) -> str:
        """6:02 today; another day says which."""
        local, today = at.astimezone(self.zone), now.astimezone(self.zone).date()
        clock = spoken_time(local)
        if local.date() == today:
            return clock
        if 0 < (today - local.date()).days < 7:
            return f"{WEEKDAYS[local.weekday()]} {clock}"
        return f"{local.day}/{local.month} {clock}"

    def _say(self, key: str, **values: str) -> str:
        return self._catalogue.say(key, **values)


def _is_seen_now(entry: Entry) -> bool:
    """Whether its author is told at once that it is seen; who collects has a line of its own that says so."""
    return entry.urgent and not (entry.text is not None and entry.text.collection)


def _photos_among(live: Sequence[Line]) -> list[list[Line]]:
    """The lines of each message that is spoken of as the photos it is."""
    messages: dict[int | None, list[Line]] = {}
    for line in live:
        messages.setdefault(line.entry.message, []).append(line)
    return [lines for lines in messages.values() if all(each.is_photo for each in lines)]


def _is_caption(told: Told) -> bool:
    """Whether nothing is to be said of it beside its words and who wrote them."""
    entry = told.entry
    beside = told.answers_reader or told.corrected or told.told_by or told.let_answer or told.manager
    is_bare = entry.text is not None and not entry.text.corrections
    return told.is_shown and entry.author_role in STAFF and is_bare and not beside


def what_these_are(kinds: Collection[MediaKind]) -> str:
    """What things of these kinds are called together, as the end of a key."""
    if all(each is MediaKind.PHOTO for each in kinds):
        return "photo" if len(kinds) == 1 else "photos"
    if len(kinds) > 1:
        return "several"
    (kind,) = kinds
    if kind in (MediaKind.VOICE, MediaKind.AUDIO):
        return "sound"
    return "file" if kind is MediaKind.DOCUMENT else "film"


def _words_of(entry: Entry) -> list[str]:
    """What an entry says, word for word as its family reads it."""
    if entry.text is None:
        return []
    return [turned_back(each) for each in (entry.text.words, *(added.words for added in entry.text.corrections))]


def _only(closed: frozenset[Group]) -> str:
    """The group that keeps it from her, where it is a single one."""
    return next(iter(closed)).value if len(closed) == 1 else "several"


def _is_still_told(lines: Sequence[Line], recipients: Sequence[Recipient]) -> bool:
    """Whether somebody is still to hear of it; what cannot wait says nothing beside what must be done."""
    waits = any(each.state is NoticeState.WAITING for each in recipients)
    return waits and not any(line.entry.urgent for line in lines)


def _is_not_told(recipient: Recipient) -> bool:
    return recipient.state not in (NoticeState.TOLD, NoticeState.WAITING)


def _latest(lines: Sequence[Line]) -> list[Recipient]:
    """Each recipient once over a burst: the last of them to hear decides what is shown."""
    found: dict[str, Recipient] = {}
    for line in lines:
        for each in line.recipients:
            known = found.get(each.name)
            if known is None or _order(each) > _order(known):
                found[each.name] = each
    return list(found.values())


def _order(recipient: Recipient) -> tuple[int, datetime]:
    # Still waiting counts most: an acknowledgement must not tick what has not all arrived.
    return ({NoticeState.WAITING: 3, NoticeState.TOLD: 2}.get(recipient.state, 1), recipient.at)
