"""Who is in each picture of an album by the words beside that very picture, and what each child's family reads of them.

No family reads what stands beside another child's picture. Knows nothing of what is asked where that does not say it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from book.faces import SOMEBODY_BEHIND, Faces, Shown, only
from book.ids import ChildId
from book.pictures import Picture, PictureId
from book.understanding.captions import Caption, read_caption
from book.understanding.children import Named, Together
from book.understanding.renaming import take_out
from storage.inbox import Taken
from storage.situations import Situation


def of_each(
    taken: Taken, came: Sequence[Picture], circle: Sequence[Named], together: Together | None
) -> dict[PictureId, Caption]:
    """The caption of each picture that has its own; none at all where fewer than two have."""
    words = taken.incoming.own_words
    own = {each.id: words[each.position] for each in came if each.position < len(words) and words[each.position]}
    if len(own) < 2:
        return {}
    return {picture: read_caption(said, circle, together=together) for picture, said in own.items()}


def shown_by(captions: Mapping[PictureId, Caption], came: Sequence[Picture]) -> dict[PictureId, Shown]:
    """Who is in each picture by its own caption; where that does not say it, whoever was said before."""
    return {each.id: _shown(captions.get(each.id), each) for each in came}


def _shown(caption: Caption | None, picture: Picture) -> Shown:
    if caption is None:
        return picture.shown
    if caption.faces is Faces.BEHIND:
        return SOMEBODY_BEHIND
    # What has no face is still of whoever is named beside it, and of no other child of the album.
    return only([ChildId(each) for each in caption.children]) if caption.children else picture.shown


def clauses(
    captions: Mapping[PictureId, Caption],
    shown: Mapping[PictureId, Shown],
    came: Sequence[Picture],
    situation: Situation,
) -> tuple[tuple[ChildId, str], ...]:
    """What is said of each child beside the pictures of her, in their order; beside one of nobody it is said of all."""
    said: dict[ChildId, list[str]] = {}
    for each in came:
        for child in _of(captions.get(each.id), shown[each.id]):
            said.setdefault(child, [])
    for each in came:
        caption = captions.get(each.id)
        for child in _of(caption, shown[each.id]) or (tuple(said) if caption is not None else ()):
            words = "" if caption is None else _words(child, caption, shown[each.id], situation)
            if words and words not in said[child]:
                said[child].append(words)
    return tuple((child, "\n".join(words)) for child, words in said.items())


def _of(caption: Caption | None, shown: Shown) -> tuple[ChildId, ...]:
    """The children a picture and its words are of, in the order in which they are named."""
    named = [ChildId(each) for each in caption.children] if caption is not None else []
    if shown.faces is not Faces.CHILDREN:
        return tuple(named)
    return (*(each for each in named if each in shown.children), *sorted(shown.children - set(named)))


def _words(child: ChildId, caption: Caption, shown: Shown, situation: Situation) -> str:
    said = dict(caption.clauses)
    if child in said and (shown.faces is not Faces.CHILDREN or shown.children == set(said)):
        return said[child]
    return words_for(child, caption.words, situation)


def words_for(child: ChildId, words: str, situation: Situation) -> str:
    """What was written, as her family reads it: no other child's name is in it."""
    others = [name for each, circle in situation.circles.items() if each != child for name in circle.child.names]
    return take_out(words, others)
