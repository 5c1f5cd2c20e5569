"""What is held for the safeguarding lead, and which ordinary sentences are not."""

from __future__ import annotations

import pytest

from book.safeguarding import screen
from book.understanding.lexicon import Lexicon, load_lexicon

DISCLOSURES = """\
She said daddy hit her with the belt
He told me mummy hurts him when he cries
"uncle Dave touched my privates"
noah says grandad touches him and its a secret
he has bruises on his inner thighs and wont say how
found a bruise on her back nobody can explain it
bite mark on her arm that looks like an adults
he is scared to go home to his stepdad
she cried and begged not to go home with her dad
mum came in with a black eye and said she walked into a door
dad smelt of weed at pick up
mum was drunk when she collected
my partner hit me last night in front of ella
I'm scared he will hurt the kids
one of the girls in the baby room grabbed him roughly by the arm
I saw Kelly smack a child in the garden
my daughter says a lady at nursery locked her in the toilet
staff shouted in his face today, he was terrified
he said he was left home alone all night
she hasnt been fed since yesterday, no food in the house
he comes in filthy and starving every monday
i cant cope any more, im worried i might hurt him
she drew a picture of a man hurting her and said its a secret
he was humping the dolls and saying put it in
she knows sexual words no 3 year old should
mummy's boyfriend sleeps in my bed
dont know how he got the marks on his neck
the burn on her hand looks like a cigarette burn
story keeps changing about how she broke her arm
he flinched when I raised my hand
police were called to the house last night, domestic
my ex has threatened to take them
child protection concern about Leo
can I disclose something about another member of staff
I dont think the way Jane handles him is right, she is rough
he said "daddy puts his finger in my bottom"
She's been told not to tell anyone what happened at grandads
told me not to tell
daddy hits me
she hurts me
he keeps saying nobody must know
he says mummy locks him in his room all day
she has a handprint on her leg
I think her father is abusing her
he is taking drugs in the house with the kids there
she said her brother makes her touch his willy
there are cuts on both her wrists
mum said she wants to kill herself
the childminder slapped him
your manager pushed my son into a chair
he said tata mnie bije
tata bije mnie
she wet herself when her uncle came to collect, terrified of him
bruise on ear, mum says he fell, doesnt add up
he said when daddy is angry he throws me
grandad shows me rude pictures
she came in with a fat lip and said mummy did it
not sure how he got that mark, mum couldnt explain
dad squeezed his arm so hard it left marks
parent screamed at child in car park and dragged him to car by his hair
""".splitlines()

ORDINARY = """\
hit his head on the slide
bit another child on the arm
play fighting with Leo and got knocked over
bruise on shin from falling off trike
she bumped her head on the table, cold compress
he hit another child with a spade
mummy hit her head on the cupboard so is a bit dazed
he has a bruise on his knee from the park
scratch on his cheek from the cat
Leo scratched Mia, gentle hands talk
she was scared of the fireworks
doesnt want to go home, having too much fun
frightened of the dog next door
its a secret but its mums birthday, please make a card
secret santa on friday
surprise party dont tell daddy
he burnt his tongue on hot soup
she has a small burn on her finger from the radiator, cream on
mosquito bites on legs
dad will be picking up not me
uncle Tom is collecting at 3
daddy kissed her goodbye and she was fine
he had drunk all his milk
drunk 6oz at 10
she drank 120ml
high temperature
smelt the flowers and counted petals
smelly nappy at 11
touching different textures in sensory tray
touched the snow for the first time
nappy rash, bottom sore and red
sore bum, cream on please
marks on paper with crayons, lovely mark making
handprint painting for mothers day
finger painting
he was hitting the drum
banged his finger in the door
trapped her finger in the cupboard
no idea how she does it but she got her shoes on
not sure what time he woke
dont know if he has eaten
dont know where his coat is
he hurt himself falling over
she hurt her knee
my back hurts so nan will drop him
tummy hurts
ears hurting
grandma was rushed to hospital
we lost grandad
police officer visit on weds
fire engine visit
safeguarding training inset day friday
she pushed Leo down the slide, he laughed
tantrum, hit me when I said no tv
he kicked me while changing his nappy, new phase
he bit me today when i took the ipad
threw his dinner on the floor
threw up
locked out of the house so running late
left his coat on his own peg
he slept in our bed all night
came into our bed at 3
got in my bed at 5
home alone with both today so may be late
no food today tummy bug
hasnt eaten much since yesterday, still off colour
not eaten his breakfast
filthy after mud kitchen, spare clothes needed
dirty nappy at 2
she was starving when she got home
no heating at nursery? it was cold
shaking with fever
shook the tambourine
controlling the remote car herself
attack of the giggles
she is violently sick
the assault course at soft play was great
said a bad word, sorry
daddy dragged the sledge up the hill
brother hit him with a lego brick by accident
mum pinched her cheek and she giggled
teacher visited today from big school
staff were so gentle with him
he squeezed the paint
witch costume for halloween
burnt toast
he cut his finger on a leaf
eczema marks on neck not sure if new cream helps
can't remember how many naps he had
rash on his tummy, not sure how long its been there
spot on her chin, dont know what it is
jo beat him at snap
strangled cough
weed on the floor
he wee'd himself
jumped on the bed
kiss chase in the garden
tickled by daddy all evening, so giggly
grabbed Noahs toy
she is very rough with her dolls
he was rough with his brother this wk
""".splitlines()


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_lexicon()


def test_disclosures_of_every_kind_are_held(lexicon: Lexicon) -> None:
    missed = [text for text in DISCLOSURES if not screen(text, lexicon).held]

    assert len(missed) <= len(DISCLOSURES) * 0.05, missed


def test_bumps_play_and_the_ordinary_day_are_not_held(lexicon: Lexicon) -> None:
    held = [(text, screen(text, lexicon).because) for text in ORDINARY if screen(text, lexicon).held]

    assert len(held) <= len(ORDINARY) * 0.05, held


@pytest.mark.parametrize("text", DISCLOSURES[:12])
def test_a_held_message_says_which_of_its_own_words_held_it(text: str, lexicon: Lexicon) -> None:
    screened = screen(text, lexicon)

    assert screened.because
    assert all(because in text for because in screened.because)


@pytest.mark.parametrize("text", ["DADDY HITS ME", "daddy hit’s me", "he said daaaaddy hits me", "tata bije mnie"])
def test_shouting_odd_apostrophes_and_other_languages_do_not_hide_a_disclosure(text: str, lexicon: Lexicon) -> None:
    assert screen(text, lexicon).held
