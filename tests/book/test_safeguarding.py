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
she whispered that her dad punches mummy at night
little one has red finger shaped marks on her upper arm
he said nana's friend made him take his trousers off
Mum told me she is frightened of what her husband will do tonight
he keeps asking me not to ring his dad because he'll get a smack
one of your girls called my son a little swear word and yanked him off the chair
there were three round burns on his foot
she said she isn't allowed food when she's naughty
he was outside in his pyjamas at 11pm on his own, neighbour found him
granddad lies on top of me
I think someone is hurting my niece
my child has said a male member of staff takes her to the toilet alone and tickles her
mum has cuts up her arms and says she can't do this any more
dad grabbed him by the throat at the gate
he told us mummy sleeps all day and he makes his own dinner
she's terrified of men and hides when her stepdad comes
he came in with a split lip, mum said don't ask
her nappy hadnt been changed since yesterday, skin is raw and bleeding
there's talk of taking her to Gambia for the ceremony
he draws pictures of himself being hit
he said 'I was bad so daddy burned me'
worried about a colleague, she was shaking a baby in the sleep room
she told her friend that her uncle plays a kissing game with no clothes on
my husband hits the kids when he has been drinking
he has a bruise behind his ear and both parents gave different reasons
She told me at nap time that papa pinches her when she won't sleep
mummy kicked me in the tummy he says
he has scald marks on both feet like a sock line
her aunt told me dad has been locking her in the shed
he says he doesn't like it when uncle Rob gives him a bath
she asked me to check her bed for daddy
little girl said her babysitter watches rude films with her
his arm was hanging funny and mum was not interested in taking him to hospital
my brother in law looked at her in a way that makes me sick, shes started wetting again
dad was swaying and could not stand when he collected
mum asked me not to mention the bruises to his father
I overheard a worker telling a child she would be shut in the cupboard
he keeps saying "daddy gets the belt out"
the lady in the blue top smacked Arlo on the hand
he has been left with his 9 year old sister every evening
they have no electric and are sleeping in the car
she is always so dirty and her head is crawling, nothing done for weeks
He told his friend that mummy wants to die
my partner strangled me on Saturday, kids were upstairs
i am scared of him please dont tell anyone i wrote this
ex turned up at the door shouting he will burn the house down
two little boys found in the toilet and one said put it in my mouth
she says grandpa's bed is where they play doctors
he has a mark like an iron on his back
someone at your nursery left him outside in the rain crying as a punishment
I want to report something about my childminder, she hit my boy
the child said nobody feeds me at my dads
found needles in his nappy bag
mum says she has not slept in days and feels like throwing him out the window
he pulled down his pants and asked another child to lick him
she said mama hits her with a spoon when she spills
He told me dad throws things at mum
I am frightened of going home with the children tonight
there are bruises on his upper arms like finger grips, mum says he bruises easily
she told me a grown up at home shows her his bottom
your staff member pulled my daughters ear
the boyfriend has been smacking him, she told me in tears
he has come in with another black eye
she has been told to keep quiet about what happened at the weekend
uncle puts his hand in her pants
dad reeked of beer and drove off with both of them
a child said her daddy pushed mummy down the stairs
he begged me not to phone his mum
kids home by themselves again while she works nights
he has not had a meal since Friday
I'm worried about what goes on in that house
one of the staff shouts at the babies and shakes the cots
he said a man at his house hurts his bottom
mum says she will end it if they take him
she wont sit down, says her bum got whacked
mum slapped him hard across the face in the car park
he says his stepdad pulls his ears till they bleed
she told Amy that a man comes in her room when mum is out
Grandma shakes her when she wont eat
he has a burn on his leg in the shape of a spoon
dad says he will take the kids and nobody will see them again
she says daddy does bad things to her
my ex keeps turning up and shouting at the kids from outside
a member of the team has been screaming at the toddlers
child arrived in yesterdays nappy, soaked through, no explanation
he is hungry every single day and his clothes stink
mum smelled of alcohol again this morning
she says uncle told her its their special secret
I've seen Beth drag a little boy across the carpet
he said mummy put soap in his mouth
bruises to both cheeks, parents said he fell but I am not convinced
we are in a refuge please dont share our address
he keeps touching other children's private parts and saying daddy does it
i hit her last night, i am so ashamed, i need help
she said her big cousin lies on her in bed
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
she fell on the path and grazed both hands
he has a big bruise on his forehead from the coffee table
Leo kicked the ball at Noah's leg, small red mark
she didnt want to go home, crying at pick up because of the trains
they hit the pinata and got sweets
he's scared of the hoover so went next door
bit her own tongue at lunch
my mum will take her home, dad is working
she was shouting with excitement all afternoon
slapped some paint on the wall lol
secret garden story today
he pinched his finger in the buggy
nightmares again, scared of monsters
daddy burnt the toast so weetabix today
he touched a snail and squealed
her bottom is sore, changed often and cream on
grandad dropped her off
wet through after the slide, spare clothes on
she hurt her wrist at gymnastics, dr says sprain
hungry this morning, ate two bowls
no idea where his left shoe went
mark on his cheek is felt tip
I locked my keys in the car so will be late
pushed his friend over by accident and said sorry
mummy hugged him and he was fine
she was hiding behind the curtain when I collected, lol
he loves the tickling game
my brother in law is collecting at 5
dad is a bit poorly so grandad is coming
police car at the station trip was the best bit
we made a den and he slept on the floor for a bit
he put a bead in his nose, all out now
hand over mouth when coughing, learning well
grabbed his coat and ran to the door
he was on his own in the home corner making dinner
makes his own breakfast now, pours the milk himself!
gets himself dressed, so proud
she gets herself up the climbing frame
nobody told me it was PE day
fell off the bed and has a lump on her head
he fell down the stairs at home, bruise on his back, we saw it happen
teething so chewing everything and bit mummy's shoulder
the boys were fighting over the digger
scared of the big slide but had a go
she hates peas
daddy is away with the army
he said he hates broccoli
took his trousers off on his own for the first time
took her shoes off by herself
potty: pulled pants down all by himself
not allowed nuts or sesame
is he allowed to have cake at the party
in his pyjamas today for pj day
can't cope with the cuteness
left his bag in the car
left him his water bottle
sun cream on before outside please, he burns easily
burnt his hand on the iron, been to A&E, they said keep it covered
broke his arm on the trampoline on saturday, in a cast
he told me not to forget his wellies
secret reader tomorrow!
tell him mummy said be good
mum said to say thank you
daddy told her not to worry
she told me to tell you she had a good day
his nappy was changed at 10
hadnt been changed when I picked up, not happy
no dinner tonight as he had big lunch
no coat today its in the wash
the ceremony for my sister is sat so no nursery fri
witches and wizards story
weapons play with sticks, redirected
a gun made from lego, talked about kind play
he put it in the bin
she put playdough up her nose
shouted hooray
wouldnt let me brush his teeth
wont let anyone touch his hair
he gets a sticker if he stays dry
slap bang in the middle
bath and bed at 7
mum in bed with flu so nan is dropping
dad passed his driving test
health visitor visit
she sat on top of the climbing frame
nan will give him a push on the swings
mum pulled the tooth out, tooth fairy tonight
dad threw him in the pool, he loved it
daddy hurt his back so mum is collecting her
uncle Pete pushed her round the park in the pram
mummy shouted hooray when he did it
dad is working away, he misses him
her dad has hurt his knee so can't carry her in
staff were singing and shaking the parachute with them
grandad squeezed him tight and off he went
mum said he kicked off at bedtime
nanny says he bit his lip eating toast
he pulled mummy's hair when tired
she slapped her brother when he took her toy, we had a chat
my partner will drop the kids
auntie gave her a bath, hair washed
his mum says his bottom is red, can you cream it
daddy put her in the wrong pants lol
granny has bought him new pants
mum asked if he had a bump today
man came to fix the fence, kids loved the drill
lady from the library read to them
he pushed the lady's trolley for her at farm shop
he was upset when dad left, shouted for him
she screamed when mum left but settled in 2 mins
dad will grab him at 5
teacher from big school met him
he hit his head on daddy's chin, small bump
she banged heads with her cousin at nans
he bit the childminder's finger while teething
she kicked the door by accident and hurt her toe
our neighbour is collecting, she has red hair
burnt his lip on tea at nan's, looks ok now
can staff check his knees, he fell at nans
nana hurt her hip so cant have him
please can staff push him to eat veg
mum pinched his snack lol
he had a fall at grandmas, scratch on nose
dad is in prison so please be gentle with her
auntie is beating cancer, party sat
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
