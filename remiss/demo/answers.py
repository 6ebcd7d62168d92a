"""Thirty answers with fixed texts, all of them invented, in the shapes real answers come in.

`shape` names the kind of answer (a board that abstains, a text pasted from Word, two sentences
from a phone); a test or a reader finds an answer by it. No body, person or opinion is real.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .plan import PLAN

YOUNG, LEISURE, CITY, PARTICIPATION = (area.key for area in PLAN.areas)
WHOLE = "whole"


@dataclass(frozen=True, kw_only=True)
class ExampleAnswer:
    shape: str
    kind: str
    organisation: str  # "" for a private person
    contact_name: str
    email: str
    day: int  # days after the opening
    # Area key -> question key -> text. A question that is left out has no text.
    areas: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    # Area key or "whole" -> stance. One that is left out is "Ingen markering".
    stances: Mapping[str, str] = field(default_factory=dict)
    whole: Mapping[str, str] = field(default_factory=dict)
    hide_name: bool = False
    confirmed: bool = True
    channel: str = "portal"
    # sent, changed, withdrawn, duplicate, wrong_matter, spam, draft_only
    fate: str = "sent"
    # For "changed": area key or "whole" -> question key -> the text of version 2.
    later: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    # The reason for setting aside, or what staff wrote when they registered the answer.
    note: str = ""
    # Field of the page on who stands behind the answer -> value; days count from the sending.
    behind: Mapping[str, str | int | list[str]] = field(default_factory=dict)
    # (name, kind, what the page in it says) of PDF files.
    files: tuple[tuple[str, str, str], ...] = ()
    # Why more time is asked for, and the days it would take; "" when it is not.
    asks: str = ""


def prose(text: str) -> str:
    """Join wrapped source lines into paragraphs; "|" starts a line that is a line in the answer."""
    lines: list[str] = []
    # Only "\n" and " " are layout here: VT and non-breaking spaces belong to the answer.
    for raw in text.strip(" \n").split("\n"):
        line = raw.strip(" ")
        if line.startswith("|"):
            lines.append(line[1:].strip(" "))
        elif line and lines and lines[-1]:
            lines[-1] += " " + line
        else:
            lines.append(line)
    return "\n".join(lines)


def quoted(markdown: str) -> str:
    """Quote plan text the way an answer in plain text does."""
    return "”" + markdown.replace("- ", "") + "”"


COORDINATED = prose("""
    Nämnden har tagit fram yttrandet tillsammans med två andra nämnder. De tre yttrandena har samma
    lydelse. Hur samordningen har gått till framgår av en särskild promemoria.

    Nämnden ser positivt på att planen lyfter fram stadens rum. Torg, parker och lokaler är det som
    flest Malmöbor har gemensamt, och de används av föreningar varje dag. Nämnden tillstyrker att
    området finns med, men vill att tre saker klarläggs innan planen beslutas.

    Det första gäller tidig medverkan. Planen föreslår att föreningar ska få vara med tidigt när
    platser planeras. Nämnden delar den uppfattningen. Lagen ställer redan krav på samråd när en
    detaljplan tas fram, men samrådet kommer när mycket är bestämt. Det som planen syftar på ligger
    före det. Nämnden föreslår att det sker i förstudien, genom en öppen inbjudan till föreningar i
    närområdet, och att de som har varit med får veta hur deras synpunkter har använts. Det bör
    också framgå att medverkan inte ger företräde framför andra boende och verksamma.

    Det andra gäller tillstånd. Många föreningar vänder sig i dag till fel förvaltning med frågor om
    evenemang, mark, ljud, servering och avfall. Fem olika beslut kan behövas för en gårdsfest.
    Nämnden föreslår en gemensam ingång där en handläggare följer ärendet hela vägen, och en kort
    vägledning på flera språk. En sådan ingång kräver inga nya befogenheter, men den kräver att
    förvaltningarna är överens om vem som bemannar den. Handläggningstiden bör mätas.

    Det tredje gäller ansvar och kostnader. När en skola eller ett bibliotek lånas ut på kvällen
    uppstår kostnader för larm, städning, nycklar och tillsyn. Planen säger inte vem som bär dem. Om
    de stannar hos den som har lokalen kommer viljan att öppna att variera mellan stadens delar, och
    det motverkar planens syfte. Nämnden förordar att kostnaden bärs gemensamt och att villkoren är
    lika i hela Malmö. Krav på brandskydd, utrymning och tillgänglighet gäller också på kvällstid.

    Nämnden vill särskilt peka på belysning, offentliga toaletter och sittplatser. Det är enkla
    saker som avgör om en plats används och av vem. Föreningar som finns på platsen ser snabbare än
    kommunen var det brister, och de bör ha ett lätt sätt att säga till. I gengäld bör de få besked
    om vad som händer med det de har anmält.

    Nämnden bedömer att förslagen om stadsliv kan genomföras inom befintlig organisation under
    förutsättning att ansvaret är tydligt. Nämnden föreslår att planen kompletteras med en tabell
    över vilken nämnd som ansvarar för vad, en tidplan och två eller tre mått som kan följas år från
    år, till exempel antalet lokaler som är öppna för föreningar på kvällar och helger.
""")

COORDINATED_SAFETY = prose("""
    Arbetet för trygghet bör bygga på dem som bor och verkar på platsen, så som planen föreslår.
    Nämnden vill understryka att rollerna måste hållas isär: kommunen ansvarar för den fysiska
    miljön och för tillsynen, polisen för ordningen och föreningarna för sin egen verksamhet.
    Gemensamma trygghetsvandringar fungerar väl. De bör hållas även på vintern, när mörkret är det
    som flest nämner, och slutas med en lista på åtgärder som alla kan följa.
""")


def coordinated(*, organisation: str, contact_name: str, email: str, day: int) -> ExampleAnswer:
    return ExampleAnswer(
        shape="S8",
        kind="board",
        organisation=organisation,
        contact_name=contact_name,
        email=email,
        day=day,
        areas={CITY: {"how": COORDINATED}, PARTICIPATION: {"how": COORDINATED_SAFETY}},
        stances={CITY: "supports_with_conditions", PARTICIPATION: "supports"},
    )


# The 31 of the collective answer, one a row.
COLLECTIVE = prose("""
    |Brottarklubben Bron
    |Scoutkåren Måsen
    |Ridklubben Grimman
    |Bollplanket Ungdom
    |Patientföreningen Lungan Syd
    |Reumatikergruppen Rörelse
    |Föreningen Psykisk Styrka
    |Malmö Körforum
    |Dansföreningen Åttan
    |Teaterföreningen Lysmask
    |Filmklubben Rutan
    |Seniorer på Backen
    |Pensionärsringen Östra
    |Väntjänsten Kupan
    |Folkhögskolan Exempelsund
    |Studieförbundet Lampan (avdelning Syd)
    |Odlarna på Ängen ekonomisk förening
    |Cykelköket Kedjan
    |Naturklubben Strandskatan
    |Kvinnojouren Fyren
    |Tjejgruppen Vinden
    |Nätverket Pappor Emellan
    |Somaliska Exempelföreningen
    |Bosniska Kulturklubben Most
    |Föreningen Nowruz Malmö
    |Stiftelsen Kajen
    |Hantverkarnas Verkstad
    |Språkkaféet Kopp & Ord
    |Riksförbundet Fria Lekar, distrikt Skåne
    |Lunds Schacksällskap Exempel
    |Trelleborgs Dövförening Exempel
""")

# One association's text for two areas; only the first paragraph is adapted to each.
SHARED_BASE = """
    Vi är en förening där de som bor i husen själva planerar, bygger och driver det som är
    gemensamt. Det har gett en ateljé, en snickarbod, en kör och ett kök där nittio personer äter
    tillsammans på torsdagar. Ingen av de lokalerna fanns med i den ursprungliga planen. De kom till
    för att vi fick vara med innan väggarna var ritade.

    Det är det vi vill be om: släpp in föreningar tidigt. När detaljplanen är antagen kan man välja
    färg på dörren. Innan dess kan man fråga vad bottenvåningen ska vara till för. Vi vill att varje
    nytt kvarter har minst en lokal som de boende förfogar över, att hyran sätts efter vad en
    förening kan bära och att avtalet gäller i minst tio år.

    Vi delar gärna med oss av ritningar, stadgar och misstag. Två gånger om året tar vi emot
    studiebesök, och vi kommer gärna till den förvaltning som vill veta hur det går till. Vi vill
    inte vara ett projekt utan en granne.
"""


# The text is pasted from a word processor: non-breaking spaces, soft hyphens, typographic quotes,
# "·" and "o" for bullets, VT for forced line breaks, a decomposed "ö", and CRLF.
def pasted(text: str) -> str:
    return prose(text).replace("\n", "\r\n")


SPORTS_YOUNG = pasted("""
    |1.1\u00a0\u00a0Samlad bedömning
    |Exempel\u00adidrotten i Malmö (nedan \u201dförbundet\u201d) tillstyrker planens förslag om
    ungas hälsa och livsstil. Förbundet samlar 160\u00a0idrotts\u00adföreningar med omkring
    38\u00a0000\u00a0medlemskap, varav mer än hälften är under 20\u00a0år. Vi ser varje vecka vad
    rörelse, kamrater och en trygg vuxen betyder. Vi ser också vilka som inte kommer.

    |1.2\u00a0\u00a0Det vi ser
    |Fysisk aktivitet minskar när barn blir tonåringar. Flickor slutar tidigare än pojkar, och i
    delar av staden är det färre än var fjärde flicka som är med i en fo\u0308rening. De vanligaste
    skälen som unga själva nämner är:
    |·\u00a0\u00a0\u00a0\u00a0avgifter och utrustning som familjen inte har råd med
    |·\u00a0\u00a0\u00a0\u00a0långa resor, särskilt när det är mörkt
    |·\u00a0\u00a0\u00a0\u00a0krav på att satsa, när man hellre vill vara med
    |·\u00a0\u00a0\u00a0\u00a0att ingen i omgivningen känner till hur man börjar

    |1.3\u00a0\u00a0Förslag
    |Planen föreslår att unga \u201dska ha någonstans att vara på kvällar och lov, i alla delar av
    staden\u201d. Förbundet föreslår att det förverkligas så här:
    |·\tSkolgårdar och idrottshallar hålls öppna kl.\u00a016\u201321 på vardagar och
    kl.\u00a010\u201318 på helger.
    |o\tKommunen svarar för lokal, larm och städning.
    |o\tFöreningar turas om att leda, mot ersättning för ledartimmar.
    |o\tUngdomar från området anställs som biträdande ledare.
    |·\tSimundervisning på lov erbjuds alla barn som inte är simkunniga i årskurs\u00a05.
    |·\tEtt utrustningsbibliotek med skridskor, skor och racketar öppnas i varje stadsområde.
    |·\tVarje skola har en namngiven kontakt\u00adperson för föreningslivet. I dag är det vi som
    letar, och när en engagerad lärare byter jobb börjar vi om.

    |1.4\u00a0\u00a0Ungas inflytande
    |Vi delar planens syn att unga själva ska forma det som görs för dem. Det räcker inte med en
    enkät.\x0bVi vill se ungdomsråd i de föreningar som får stöd, och att råden träffar samordnarna
    en gång per termin. Den som är 15\u00a0år ska kunna sitta i en valberedning.

    |1.5\u00a0\u00a0Ledarna
    |Allt det ovanstående bygger på ledare. Förbundet utbildar 600\u00a0ledare om året, men var
    tredje slutar inom två år. De säger att det är ensamt, att pappersarbetet tar tid och att de
    möter problem som de inte är rustade för. Vi föreslår en gemensam grundutbildning om psykisk
    ohälsa, där elevhälsan medverkar, och ett telefonnummer som ledare kan ringa på kvällstid när de
    är oroliga för ett barn.

    |1.6\u00a0\u00a0Mat, sömn och skärm
    |Ledarna berättar om barn som kommer hungriga till träningen och om tonåringar som har spelat
    till klockan tre. Det är inte idrottens sak att uppfostra, men det är svårt att träna den som
    inte har ätit.\x0bVi föreslår att skolan och föreningen på två håll prövar ett gemensamt
    mellanmål före träningen, och att resultatet redovisas öppet.
""")

SPORTS_LEISURE = pasted("""
    |2.1\u00a0\u00a0Samlad bedömning
    |Förbundet tillstyrker. Idrott är Malmös största folk\u00adrörelse, men den är inte jämnt
    fördelad. I några områden går det tjugo barn på varje plats i en grupp, i andra står halltider
    tomma.

    |2.2\u00a0\u00a0Avgifter
    |Planen anger att avgifter, utrustning och språk inte ska stänga någon ute. Vi instämmer.
    Samtidigt är medlems\u00adavgiften ofta det enda som en liten förening själv råder över. Om
    avgiften ska sänkas måste något annat öka. Vi föreslår:
    |·\tett fritidskort som kommunen finansierar och som gäller i alla föreningar, också kulturens
    |·\tatt bidraget per deltagare är högre i områden där få är med
    |·\tatt bidrag betalas ut i början av säsongen, inte i efterskott

    |2.3\u00a0\u00a0Tider och hallar
    |Fördelningen av halltider gynnar den som har tränat längst. Det är begripligt, men nya idrotter
    och nya föreningar får de tider som blir över: fredag kl.\u00a021 eller söndag kl.\u00a08. Vi
    föreslår att minst tio procent av tiderna varje år fördelas om, att flickor och pojkar får lika
    många timmar på bra tid, och att fördelningen publiceras så att alla kan se den.\x0bDet är en
    obekväm fråga också bland våra egna medlemmar. Förbundet är berett att leda det samtalet.

    |2.4\u00a0\u00a0Små och nya föreningar
    |Att \u201dsmå och nya föreningar ska ha samma chans att samverka som stora\u201d kräver mer än
    en god vilja. En styrelse med fem personer som arbetar på dagarna kan inte komma på möten
    kl.\u00a014. Lägg mötena på kvällen, ersätt förlorad arbetsinkomst eller låt någon annan
    företräda dem. Förbundet kan ta på sig att göra det för idrotten.

    |2.5\u00a0\u00a0Personer med funktions\u00adnedsättning
    |Hälften av hallarna saknar omklädnings\u00adrum där en assistent får plats. Vi föreslår att det
    åtgärdas i samband med ordinarie underhåll och att en lista över tillgängliga hallar hålls
    aktuell. Listan kan föreningarna själva hjälpa till att göra, hall för hall.

    |2.6\u00a0\u00a0Kultur och idrott
    |Uppdelningen i idrott och kultur är de vuxnas. En tolvåring som dansar bryr sig inte om vilken
    förvaltning som betalar. Vi föreslår att öppna kvällar bjuder på båda delarna i samma hus, och
    att bidragen söks på ett ställe. Förbundet har inlett samtal med två kulturföreningar om detta.
""")

SPORTS_CITY = pasted("""
    |3.1\u00a0\u00a0Samlad bedömning
    |Förbundet tillstyrker med förbehåll. Förslaget att fler av kommunens lokaler ska kunna användas
    är bra. Förbehållet gäller villkoren: utan en gemensam taxa och ett gemensamt bokningssystem
    blir förslaget en uppmaning utan verkan.

    |3.2\u00a0\u00a0Förslag
    |1.\tEtt bokningssystem för alla kommunala lokaler: hallar, aulor, bibliotek och mötesrum.
    |2.\tEn nolltaxa för barn och unga upp till 20\u00a0år, i hela staden.
    |3.\tDigitala lås i stället för nycklar. I dag ansvarar en av våra medlems\u00adföreningar för
    41\u00a0nycklar.
    |4.\tFörråd. Utan förråd bärs material fram och tillbaka varje kväll, och då orkar ingen i
    längden.
    |5.\tSpontan\u00adidrottsplatser planeras tillsammans med de unga som ska använda dem, med
    belysning till kl.\u00a022.

    |3.3\u00a0\u00a0Evenemang
    |Ett motionslopp genom staden kräver tillstånd från fyra håll. Vi önskar en ingång, en
    handläggare och ett besked inom sex veckor.

    |3.4\u00a0\u00a0Underhåll
    |Nya hallar är efterlängtade, men de gamla måste skötas. I\u00a0tre av hallarna har duscharna
    varit avstängda i mer än ett år. Föreningarna får inte veta varför, och medlemmarna tror att det
    är vårt fel.
""")


def plan_and_view(area_index: int, views: tuple[str, ...]) -> str:
    """Quote each proposal of an area, each followed by the sender's own view."""
    area = PLAN.areas[area_index]
    proposals = [row.removeprefix("- ") for row in area.proposals.split("\n")]
    parts = [f"Planens inriktning: ”{area.lead}”"]
    for number, (proposal, view) in enumerate(zip(proposals, views, strict=True), start=1):
        parts.append(f"Planens förslag {area.number}.{number}: ”{proposal}”")
        parts.append(f"Medmänniskas synpunkter: {prose(view)}")
    return "\n\n".join(parts)


def reasons_and_view(area_index: int, view: str) -> str:
    area = PLAN.areas[area_index]
    return f"Planens skäl: {quoted(area.reasons)}\n\nMedmänniskas synpunkter: {prose(view)}"


def whole_plan_quoted() -> str:
    """The quotation that some senders put last, so that the answer can be read by itself."""
    parts = [
        PLAN.title,
        f"Vision: {PLAN.vision}",
        "Mål:\n" + "\n".join(PLAN.aims),
        PLAN.forum,
        PLAN.background,
        PLAN.asked,
        PLAN.coordinators,
    ]
    for area in PLAN.areas:
        heading = f"{area.number}. {area.heading}"
        parts += [heading, area.summary, area.lead, area.proposals, area.reasons]
    return "\n\n".join(parts)


ANSWERS: tuple[ExampleAnswer, ...] = (
    ExampleAnswer(
        shape="S14",
        kind="association",
        organisation="Bollplanket Ungdom",
        contact_name="Alex Exempel",
        email="alex@bollplanket.example",
        day=1,
        confirmed=False,
        areas={
            YOUNG: {
                "how": prose("""
                    Bollplanket är en ung förening som håller i fotboll och dans för för tjejer och
                    killar på Tegelbacken. De tränar två gånger i veckan och vi har ochså läxhjälp
                    innan. Alla får vara med oavset nivå, hör av er om ni vill komma å kolla.
                """)
            }
        },
    ),
    ExampleAnswer(
        shape="S5",
        kind="board",
        organisation="Testnämnden för gymnasieskola",
        contact_name="Registrator",
        email="registrator@gymnasienamnden.example",
        day=2,
        stances={WHOLE: "abstains"},
        whole={"summary": "Testnämnden för gymnasieskola avstår från att yttra sig i ärendet."},
    ),
    ExampleAnswer(
        shape="S15",
        kind="association",
        organisation="Nödhjälpskretsen i Kastanjelunden",
        contact_name="Kim Testsson",
        email="kretsen@nodhjalp.example",
        day=3,
        areas={
            YOUNG: {
                "how": prose("""
                    Nödhjälpskretsen är en del av ett riksförbund och har funnits i Malmö länge. I
                    dag har vi ett trettiotal aktiviteter och drygt 600 volontärer som möter barn,
                    unga, äldre och nyanlända över hela staden. Vi har läxhjälp, babycafé, besök hos
                    ensamma, första hjälpen-kurser och en mötesplats för unga på helger. Vi bidrar
                    gärna i det fortsatta arbetet och kan ställa upp med utbildade volontärer, lokal
                    på lördagar och erfarenhet av stöd till unga som mår dåligt.
                """)
            }
        },
    ),
    ExampleAnswer(
        shape="S25c",
        kind="association",
        organisation="Nödhjälpskretsen i Kastanjelunden",
        contact_name="Kim Testsson",
        email="kretsen@nodhjalp.example",
        day=3,
        areas={
            YOUNG: {
                "how": prose("""
                    Nödhjälpskretsen är en del av ett riksförbund och har funnits i Malmö länge. I
                    dag har vi ett trettiotal aktiviteter och drygt 600 volontärer som möter barn,
                    unga, äldre och nyanlända över hela staden. Vi har läxhjälp, babycafé, besök hos
                    ensamma, första hjälpen-kurser och en mötesplats för unga på helger. Vi bidrar
                    gärna i det fortsatta arbetet och kan ställa upp med utbildade volontärer, lokal
                    på lördagar och erfarenhet av stöd till unga som mår dåligt.
                """)
            }
        },
        fate="duplicate",
        note="Samma svar skickades två gånger inom en minut. Det första gäller.",
    ),
    ExampleAnswer(
        shape="S25h",
        kind="other_body",
        organisation="Snabba Lån Direkt",
        contact_name="Kundtjänst",
        email="info@snabbalan.example",
        day=4,
        confirmed=False,
        areas={
            YOUNG: {
                "how": prose("""
                    Behöver din förening pengar redan i dag!!! Låna upp till 500 000 kr utan
                    kreditupplysning. Svar på 30 sekunder. Gå in på https://snabbalan.example och
                    ange koden MALMÖ så får du första månaden räntefri. Erbjudandet gäller endast de
                    100 första!!!
                """)
            }
        },
        fate="spam",
        note="Reklam utan koppling till remissen.",
    ),
    ExampleAnswer(
        shape="S16",
        kind="association",
        organisation="Parasportföreningen Sälen",
        contact_name="Charlie Fiktivsson",
        email="styrelsen@salen.example",
        day=6,
        channel="email",
        areas={
            LEISURE: {
                "how": prose("""
                    Parasportföreningen Sälen, bildad på 1970-talet. Simning, boccia, rullstolsdans
                    och goalball (bollsport för personer med synnedsättning, alla spelar med
                    ögonbindel). Alla ska kunna vara med oavsett kön, könsidentitet eller
                    könsuttryck, etnisk tillhörighet, religion eller annan trosuppfattning,
                    funktionsnedsättning, sexuell läggning och ålder. Så står det i lagen, så är det
                    inte i simhallen. Liften ur bruk sedan i våras. Omklädningsrum där assistent av
                    annat kön kan följa med saknas. Ledsagning: olika besked beroende på
                    handläggare. Vi kan visa, prova och utbilda, men inte bygga om.
                """),
                "exists": prose("""
                    Plats i ett samråd med kommunen sedan många år, fungerar, men vi är få som
                    orkar. Årligt prova på-läger med särskolan i över trettio år. Bör nämnas i
                    planen. Färdtjänst hem efter kl. 21 är en fråga vi har drivit sedan 1988.
                """),
            }
        },
        note="Kom som e-post till samordnarna. Texten är inklistrad utan ändringar.",
    ),
    ExampleAnswer(
        shape="S25b",
        kind="association",
        organisation="Tråd och Nål, kvinnoförening",
        contact_name="Noor Exempel",
        email="tradochnal@forening.example",
        day=7,
        areas={
            CITY: {
                "how": prose("""
                    Vi är kvinnor som syr. Vi träffas på tisdag. Vi behöver ett rum med låst skåp.
                    Biblioteket är bra. De hjälper oss. Men det stänger klockan 17. Kan vi få
                    nyckel? Vi städar själva.
                """)
            }
        },
    ),
    ExampleAnswer(
        shape="S4",
        kind="board",
        organisation="Testnämnden för grundskola",
        contact_name="Handläggare",
        email="registrator@grundskolenamnden.example",
        day=8,
        behind={"decided_by": "delegation", "decided_on": -2, "paragraph": "D 14"},
        areas={
            YOUNG: {
                "how": prose("""
                    |Delegationsbeslut
                    |Vår beteckning: TGR-EXEMPEL-214

                    Testnämnden för grundskola tillstyrker förslagen om ungas hälsa och livsstil.
                    Skolan har ett brett uppdrag för elevernas hälsa, men skoldagen tar slut. Det är
                    därför angeläget att elever möter en förening redan under skoltid och vet vart
                    de kan gå när klockan ringer ut.

                    Nämnden föreslår att varje rektor utser en kontaktperson för föreningslivet och
                    att elevrådet får säga sitt innan en ny aktivitet startar på skolan. Elevhälsans
                    uppgifter om enskilda elever kan inte lämnas till föreningar. Det bör framgå av
                    planen.

                    Beslutet är fattat av nämndens ordförande på delegation mellan två sammanträden.
                    Det anmäls till nämnden vid nästa sammanträde. Ärendet har inte bedömts medföra
                    några kostnader.
                """)
            }
        },
        stances={YOUNG: "supports"},
    ),
    ExampleAnswer(
        shape="S19",
        kind="other_civil_society",
        organisation="Nätverket Grannar runt Tegelbacken",
        contact_name="Ellis Exempel",
        email="grannar@tegelbacken.example",
        day=9,
        channel="meeting",
        areas={
            PARTICIPATION: {
                "how": prose("""
                    Anteckningar från öppet möte i Tegelbackens samlingslokal, ett tjugotal boende.
                    Samordnarna skrev ner det som sades, deltagarna läste igenom före hemgång.

                    |– Bjud in till möten där folk redan är: tvättstugan, lekplatsen, fredagsbönen,
                    fotbollen.
                    |– Fika och barnpassning är ingen bisak. Utan det kommer bara de som alltid
                    kommer.
                    |– Ge besked efteråt. Flera hade svarat på enkäter i flera år och aldrig hört
                    vad som hände.
                    |– En kväll i månaden borde någon från kommunen sitta i lokalen och svara på
                    frågor.
                    |– Unga i rummet: vi vill bestämma om en riktig summa pengar, inte rita på
                    lappar.

                    Mötet var inte överens om vakter på torget. Några kände sig lugnare, andra
                    kontrollerade. Alla ville ha bättre belysning vid gångtunneln.
                """),
                "exists": prose("""
                    Nattvandring två fredagar i månaden. Trygghetsvandring i höstas tillsammans med
                    bostadsbolaget. Inget avtal, ingen budget, tre personer håller i allt.
                """),
                "actors": prose("""
                    |Biblioteket
                    |Bostadsbolaget
                    |Områdespolisen
                    |Fritidsgården
                """),
            }
        },
        stances={PARTICIPATION: "no_position"},
        note="Nedtecknat av samordnarna vid ett möte i området.",
    ),
    ExampleAnswer(
        shape="S1",
        kind="board",
        organisation="Testnämnden för fritid",
        contact_name="Sam Testlund",
        email="registrator@fritidsnamnden.example",
        day=10,
        behind={
            "decided_by": "board",
            "decided_on": -1,
            "paragraph": "§ 93",
            "own_registry_number": "TFN-EXEMPEL-933",
            "copy_email": "diariet@fritidsnamnden.example",
        },
        files=(
            ("Protokollsutdrag § 93.pdf", "minutes", "Testnämnden för fritid beslutar § 93"),
            ("Särskilt yttrande.pdf", "dissent", "Särskilt yttrande av en ledamot"),
        ),
        stances={WHOLE: "supports", LEISURE: "supports"},
        whole={
            "summary": prose("""
                |YTTRANDE
                |Vår beteckning: TFN-EXEMPEL-933. Er beteckning: TKS-EXEMPEL-118.

                Testnämnden för fritid ser positivt på förslaget till handlingsplan och finner inga
                hinder för att den genomförs.
            """),
            "other": prose("""
                Nämnden har gått igenom planen i sin helhet och bedömer att de fyra områdena är väl
                valda. Planen ligger i linje med nämndens mål om en meningsfull fritid för alla.

                Nämnden deltar gärna i det forum som planen ska bli och utser en kontaktperson.
                Yttrandet medför inga kostnader utöver ordinarie verksamhet.

                |Nämndens ordförande Robin Testlund
                |Nämndens sekreterare Sam Testlund

                |Särskilt yttrande
                |Exempelpartiet: Vi ställer oss bakom yttrandet men vill framhålla att planen inte
                får bli ännu ett dokument vid sidan av budgeten. Utan pengar till lokaler och ledare
                ändras inget för barnen på Tegelbacken. Vi återkommer i budgetarbetet.
            """),
        },
        areas={
            LEISURE: {
                "how": prose("""
                    Nämnden berörs främst av området jämlik fritid och kultur. Nämnden delar redan
                    två åtaganden med Testnämnden för kultur: öppna sommaraktiviteter i parkerna och
                    gemensam information om fritidsutbudet på fler språk. Båda kan utvecklas
                    tillsammans med föreningslivet. Nämnden vill särskilt framhålla öppen verksamhet
                    utan krav på medlemskap, eftersom den når flickor och unga som inte är med i
                    någon förening.
                """)
            }
        },
    ),
    ExampleAnswer(
        shape="S6",
        kind="municipal_company",
        organisation="Exempelhallarna i Malmö AB",
        contact_name="Bolagsjurist",
        email="info@exempelhallarna.example",
        day=11,
        stances={WHOLE: "no_objection", CITY: "no_position"},
        whole={"summary": "Bolaget har i huvudsak inget att erinra mot förslaget."},
        areas={
            CITY: {
                "how": prose("""
                    Bolaget vill dock lämna följande synpunkter.

                    För det första är det olyckligt att planen talar om kommunens lokaler som om de
                    hade en ägare. Bolagets hallar hyrs ut på affärsmässiga villkor och kan inte
                    upplåtas gratis utan ett särskilt uppdrag från ägaren.

                    För det andra saknas en bedömning av slitage och försäkring vid självbetjäning
                    på kvällar.

                    För det tredje bör ordet ”tidigt” preciseras. När ett bygglov är beviljat är det
                    sent.
                """),
                "actors": prose("""
                    |Exempelhallarna i Malmö AB
                    |Fastighetskontoret
                """),
            }
        },
    ),
    ExampleAnswer(
        shape="S25a",
        kind="association",
        organisation="جمعية شجرة الزيتون (Olivträdets kulturförening)",
        contact_name="Sami Exempel",
        email="olivtradet@forening.example",
        day=12,
        areas={
            PARTICIPATION: {
                "how": prose("""
                    نحن جمعية ثقافية في مالمو\u200f (Malmö) تجمع عائلات من خلفيات عربية منذ عدة
                    سنوات. نشكركم على دعوة الجميع إلى إبداء الرأي في خطة العمل.

                    نرى أن أهم ما ينقص هو المعلومات. كثير من الآباء والأمهات لا يعرفون أن هناك أنشطة
                    مجانية للأطفال في المكتبة وفي قاعات الرياضة، لأن المعلومات تُنشر باللغة السويدية
                    فقط وعلى الإنترنت. يمكن لجمعيتنا أن تنقل هذه المعلومات شفهياً وأن ترافق العائلات
                    في الزيارة الأولى.

                    نقترح ما يلي:
                    |١. لقاء مفتوح مرتين في السنة بين موظفي البلدية والجمعيات الصغيرة، مع ترجمة.
                    |٢. شخص واحد في البلدية نعرف اسمه ورقم هاتفه.
                    |٣. قاعة بسعر مناسب في المساء وفي عطلة نهاية الأسبوع.

                    لا نطلب معاملة خاصة، بل نريد أن نشارك في بناء مدينة منفتحة وديمقراطية ومتساوية.
                """)
            }
        },
    ),
    ExampleAnswer(
        shape="S25a",
        kind="association",
        organisation="Malmön Esimerkkiset ry",
        contact_name="Lumi Esimerkki",
        email="esimerkkiset@forening.example",
        day=12,
        areas={
            LEISURE: {
                "how": prose("""
                    Olemme suomenkielinen kulttuuri- ja eläkeläisyhdistys Malmössä. Kiitämme
                    mahdollisuudesta antaa lausunto toimintasuunnitelmasta.

                    Pidämme hyvänä, että maksut, välineet ja kieli eivät saa sulkea ketään
                    ulkopuolelle. Monelle ikääntyneelle jäsenellemme suomen kieli on tullut
                    uudelleen tärkeimmäksi kieleksi. He tarvitsevat kulttuuria ja seuraa omalla
                    kielellään, ja lähellä kotia.

                    Yhteistyö voisi tapahtua näin: kirjasto antaa tilan kerran viikossa, yhdistys
                    huolehtii ohjelmasta ja kaupunki kertoo toiminnasta myös suomeksi. Olemme
                    valmiita vierailemaan päiväkodeissa ja kouluissa lukemassa lapsille
                    suomenkielisiä kirjoja.
                """),
                "exists": prose("""
                    Laulamme kuorossa yhdessä seurakunnan kanssa ja järjestämme itsenäisyyspäivän
                    juhlan. Kaupungin kanssa meillä ei ole sopimusta, mutta kirjaston henkilökunta
                    on auttanut meitä ystävällisesti monta vuotta. Toivomme, että yhteistyöstä tulee
                    pysyvää eikä se riipu yhdestä ihmisestä.
                """),
            }
        },
        stances={LEISURE: "supports"},
    ),
    ExampleAnswer(
        shape="S25f",
        kind="association",
        organisation="Granbackens dragspelsklubb",
        contact_name="Mika Testsson",
        email="kassor@dragspelsklubben.example",
        day=13,
        whole={
            "other": prose("""
                Hej! Härmed ansöker vi om verksamhetsbidrag för nästa år. Vi är 23 medlemmar och
                övar på onsdagar. Vi söker 12 000 kronor till hyra, noter och en resa till
                dragspelsstämman. Årsmötesprotokoll och revisionsberättelse kan skickas om ni talar
                om vart. Vi hittade inte blanketten, så vi skriver här.
            """)
        },
        fate="wrong_matter",
        note="Ansökan om föreningsbidrag. Lämnad vidare till rätt förvaltning och klubben har fått "
        "besked.",
    ),
    ExampleAnswer(
        shape="S3",
        kind="department",
        organisation="Testkontoret för gator och parker",
        contact_name="Direktörens stab",
        email="kontoret@gatorochparker.example",
        day=14,
        behind={"decided_by": "department"},
        areas={
            CITY: {
                "how": prose("""
                    Synpunkterna lämnas på tjänstemannanivå. De har inte behandlats i nämnden.

                    Kontoret instämmer i att det ska vara lätt att förstå vem man frågar och vad det
                    kostar. I dag är det inte så. Här följer det som vi möter oftast och hur vi tror
                    att det kan lösas.

                    Tillstånd. Den som vill använda en park eller ett torg behöver i regel tillstånd
                    från polisen, och kommunen yttrar sig. För en mindre sammankomst tar det två
                    till fyra veckor. Många hör av sig veckan före. Vi kan ta fram en sida med tre
                    frågor (hur många kommer, ska något byggas, ska något säljas) som leder till
                    rätt ansökan. Föreningar bör få prova sidan innan den läggs ut.

                    Mark för odling och idrott. Upplåtelse sker genom arrende eller skötselavtal.
                    Ettåriga avtal är enkla att skriva men gör att ingen vågar investera i vatten
                    eller förråd. Kontoret kan tänka sig avtal på fem år med sex månaders
                    uppsägning. Det bör prövas på två platser först.

                    Skötsel. En förening kan ta hand om en plantering eller en lekplats, men
                    säkerhetsbesiktningen är alltid kommunens. Vi föreslår en standardbilaga om vem
                    som gör vad, inklusive vinterväghållning. Material kan lämnas ut från våra
                    depåer på vardagar före kl. 15.

                    Belysning. Önskemål om belysning är den vanligaste synpunkten från föreningar.
                    Ny belysning kostar, och stolpar kan inte alltid flyttas. Däremot kan tändtider
                    ändras samma vecka. Det är få som vet.

                    Tidigt samråd. Kontoret har gärna med föreningar redan när en ombyggnad beskrivs
                    på en sida, men behöver då veta vem som kan kallas. Ett aktuellt register över
                    föreningar per stadsområde skulle hjälpa mer än fler möten.

                    Toaletter och el. Frågan kommer vid varje evenemang. Det finns elskåp på flera
                    torg som föreningar kan få använda mot en låg avgift, men listan är bara intern.
                    Vi kan publicera den.
                """),
                "exists": prose("""
                    Skötselavtal med ett tjugotal odlarföreningar. Städdagar varje vår. Det som
                    fungerar sämre är överlämningen när en handläggare slutar: föreningen får börja
                    om.
                """),
                "actors": prose("""
                    |Testkontoret för gator och parker
                    |Polisens tillståndsenhet
                    |Miljöförvaltningen
                    |Räddningstjänsten
                """),
            }
        },
        stances={
            YOUNG: "no_objection",
            LEISURE: "no_objection",
            CITY: "no_position",
            PARTICIPATION: "no_objection",
        },
        whole={"other": "I övrigt har kontoret inget att invända."},
    ),
    ExampleAnswer(
        shape="S25d",
        kind="association",
        organisation="Tegelbackens kultur- och idrottsförening",
        contact_name="Robin Exempel",
        email="sekreterare@tegelbacken.example",
        day=15,
        areas={
            YOUNG: {
                "how": prose("""
                    Låt föreningar ha öppet på fritidsgårdarna de kvällar då personalen inte är där.
                """),
                "exists": prose("""
                    Vi har läxhjälp på skolan två kvällar i veckan tillsammans med en lärare.
                """),
                "actors": prose("""
                    |Skolan i området
                    |Fritidsgården
                    |Elevhälsan
                """),
            },
            CITY: {
                "how": prose("""
                    Öppna skolornas aulor och idrottshallar för föreningar efter klockan 17.

                    Vi kan ta ansvar för nycklar och städning och se till att en vuxen alltid är på
                    plats. Börja gärna med två skolor och utvärdera efter ett år.
                """),
                "exists": prose("""
                    Vi lånar biblioteket på söndagar. Det fungerar bra, eftersom en namngiven person
                    på biblioteket svarar oss samma dag.
                """),
            },
        },
        stances={YOUNG: "supports", CITY: "supports_with_conditions"},
        fate="changed",
        later={
            CITY: {
                "how": prose("""
                    Öppna skolornas aulor och idrottshallar för föreningar efter klockan 17.

                    Vi kan ta ansvar för nycklar och städning och se till att en vuxen alltid är på
                    plats. Börja gärna med två skolor och utvärdera efter en termin.

                    Förbehåll från styrelsen: larmutryckningar ska inte faktureras föreningen.
                """)
            },
            WHOLE: {
                "summary": "Lås upp det som redan finns, och låt oss hjälpa till att ha öppet."
            },
        },
    ),
    ExampleAnswer(
        shape="S25e",
        kind="association",
        organisation="Kajutans teatergrupp",
        contact_name="Love Exempel",
        email="kajutan@teater.example",
        day=16,
        areas={
            LEISURE: {
                "how": prose("""
                    Vi vill spela teater på skolgårdar i alla delar av staden, en vecka på varje
                    plats. Kommunen ordnar el och toalett, vi ordnar resten. Inträdet är fritt och
                    barnen får vara med på scenen sista dagen.
                """),
                "actors": "Kulturskolan\nBiblioteken",
            }
        },
        stances={LEISURE: "supports"},
        fate="withdrawn",
        note="Styrelsen hade inte hunnit behandla svaret.",
    ),
    ExampleAnswer(
        shape="S24",
        kind="other_civil_society",
        organisation="Exempelförsamlingen Källan",
        contact_name="Församlingsexpeditionen",
        email="expeditionen@kallan.example",
        day=17,
        channel="post",
        whole={
            "other": prose("""
                |Till samordnarna för Malmöandan

                Exempelförsamlingen Källan har läst förslaget till handlingsplan med stort intresse
                och lämnar härmed sitt svar.

                Församlingen är en mötesplats för människor i alla åldrar och med många modersmål.
                Vår soppkök, våra körer och vårt språkkafé bärs av frivilliga. Vi gläds åt att
                staden säger att den vill möta engagemanget, och vi stöder planen.

                Tre ting vill vi lägga till. Det första är att trossamfund bör nämnas. De finns i
                varje stadsdel och har lokaler som står tomma på vardagar. Det andra är att ensamhet
                bland äldre inte har fått plats i planen. Det tredje är att den som hjälper också
                behöver stöd; våra frivilliga möter svår nöd och vet inte alltid vart de kan vända
                sig.

                Vi har god kontakt med stadens socialtjänst sedan många år och hoppas att den består
                även när personer byts ut.

                Vi skriver för hand och på papper eftersom det är så vi når varandra. Svara oss
                gärna på samma sätt.

                |Med vänlig hälsning
                |Kyrkorådet
            """)
        },
        stances={WHOLE: "supports"},
        note="Inkom som brev. Texten är avskriven, underskrifterna är utelämnade.",
    ),
    ExampleAnswer(
        shape="S17",
        kind="association",
        organisation="Bo och Bygga Kultur i Rönnen",
        contact_name="Jamie Exempel",
        email="kontakt@bobyggakultur.example",
        day=18,
        behind={"prepared": ["members_meeting"]},
        areas={
            YOUNG: {
                "how": prose(
                    """
                    För oss handlar ungas hälsa om hemmet och gården. Trångbodda barn gör läxan på
                    en säng och träffar kamrater i trapphuset. Därför skriver vi om ungas hälsa ur
                    bostadens perspektiv.
                    """
                    + SHARED_BASE
                )
            },
            CITY: {
                "how": prose(
                    """
                    För oss börjar stadslivet vid porten. En gård, en bänk och en verkstad gör mer
                    för grannskapet än ett nytt torg längre bort. Därför skriver vi om stadens rum
                    ur bostadens perspektiv.
                    """
                    + SHARED_BASE
                )
            },
        },
        stances={YOUNG: "supports", CITY: "supports"},
    ),
    ExampleAnswer(
        shape="S9",
        kind="advisory_council",
        organisation="Testrådet för funktionshinderfrågor",
        contact_name="Rådets sekreterare",
        email="radet@funktionshinderradet.example",
        day=19,
        areas={
            LEISURE: {
                "how": prose("""
                    |Utdrag ur minnesanteckningar, punkt 7

                    Rådet diskuterade handlingsplanen. Följande framfördes.

                    |- Kim Exempel: Det räcker inte att aktiviteten är öppen för alla. Den som
                    behöver tolk måste boka två veckor i förväg, och då är gruppen redan full.
                    |- Robin Testlund: Ledsagning beviljas för ett visst antal timmar. Den som
                    väljer kör väljer bort bad.
                    |- Alex Fiktivsson: Information finns på webben men inte på lättläst svenska,
                    och aldrig på teckenspråk.
                    |- Kim Exempel: Föreningar vill väl men vet inte hur. En kväll om bemötande per
                    år skulle räcka långt.
                    |- Ordföranden: Ledsagare ska inte betala inträde. Det borde stå i planen.
                """),
                "exists": prose("""
                    Rådet träffar förvaltningarna fyra gånger om året. Flera ledamöter menade att
                    rådet får ärenden för sent.
                """),
            },
            CITY: {
                "how": prose("""
                    |- Robin Testlund: Av de lokaler som föreningar får låna har vi besökt elva.
                    Fyra hade en toalett som gick att använda med rullstol.
                    |- Mika Exempelgren: Hörslingor finns men är avstängda. Ingen vet var knappen
                    sitter.
                    |- Alex Fiktivsson: På torgen ställs skyltar och elsparkcyklar i ledstråken. Det
                    är föreningarnas skyltar också.
                    |- Kim Exempel: Skriv in i bokningssystemet vad som är tillgängligt: dörrbredd,
                    hiss, slinga, ljus. Inte bara ja eller nej.

                    Rådet tog inte ställning till planen som helhet. Rådet vill vara med när
                    lokalerna inventeras och erbjuder sig att prova dem.
                """)
            },
        },
        stances={LEISURE: "no_position", CITY: "no_position"},
    ),
    ExampleAnswer(
        shape="S10",
        kind="umbrella_organisation",
        organisation="Samlade Föreningar i Malmö",
        contact_name="Kansliet",
        email="kansliet@samladeforeningar.example",
        day=20,
        behind={
            "prepared": ["board", "survey"],
            "members": 31,
            "cosignatories": COLLECTIVE,
        },
        whole={
            "summary": prose("""
                Vi välkomnar att planen lyfter fram samverkan på lika villkor och föreslår tre
                tillägg. Vi önskar en gemensam process även efter remissen.
            """),
            "missing": prose("""
                |• Tre år i taget. Ettåriga bidrag gör att föreningar anställer och säger upp samma
                person om och om igen.
                |• Ett föreningarnas hus, drivet av föreningarna, med kök, scen, förråd och kontor
                som kan delas.
                |• En uppföljning varje år, som parterna skriver tillsammans och som vem som helst
                kan läsa.
            """),
            "other": prose("""
                Det vi är mest positiva till är att även den som inte fått planen skickad till sig
                får svara. Så bör det alltid vara. Svaret bygger på ett seminarium med 44 deltagare
                och på en enkät som 63 föreningar har besvarat. Där återkom tre ord: lokaler,
                långsiktighet och kontakt. Två av tre hade ingen person i kommunen att ringa.

                Samordnaren från idéburen sektor bör ha ett skriftligt mandat och träffa alla som
                vill, inte bara dem som är med hos oss. Vi är gärna värd men vill inte vara ensam
                röst.

                Bakom svaret står 31 föreningar och organisationer:

                |Brottarklubben Bron, Scoutkåren Måsen, Ridklubben Grimman, Bollplanket Ungdom
                |Patientföreningen Lungan Syd, Reumatikergruppen Rörelse, Föreningen Psykisk Styrka
                |Malmö Körforum, Dansföreningen Åttan, Teaterföreningen Lysmask, Filmklubben Rutan
                |Seniorer på Backen, Pensionärsringen Östra, Väntjänsten Kupan
                |Folkhögskolan Exempelsund, Studieförbundet Lampan (avdelning Syd)
                |Odlarna på Ängen ekonomisk förening, Cykelköket Kedjan, Naturklubben Strandskatan
                |Kvinnojouren Fyren, Tjejgruppen Vinden, Nätverket Pappor Emellan
                |Somaliska Exempelföreningen, Bosniska Kulturklubben Most, Föreningen Nowruz Malmö
                |Stiftelsen Kajen, Hantverkarnas Verkstad, Språkkaféet Kopp & Ord
                |Riksförbundet Fria Lekar, distrikt Skåne, Lunds Schacksällskap Exempel
                |Trelleborgs Dövförening Exempel
            """),
        },
        stances={WHOLE: "supports"},
    ),
    ExampleAnswer(
        shape="S22",
        kind="other_body",
        organisation="Grannköpings kommun",
        contact_name="Kommunstrateg",
        email="kommun@grannkoping.example",
        day=21,
        whole={
            "other": prose("""
                Grannköpings kommun är inte remissinstans men önskar ändå lämna synpunkter på
                förslaget till handlingsplan. Skälet är att många av våra invånare arbetar, studerar
                och är föreningsaktiva i Malmö, och att flera föreningar verkar på båda sidor om
                kommungränsen.

                Kommunen vill framför allt ifrågasätta några av planens utgångspunkter.

                Planen utgår från att det finns en idéburen sektor som kan företrädas av en
                samordnare. Vår erfarenhet är en annan. När vi för några år sedan slöt en liknande
                överenskommelse anslöt sig ett trettiotal föreningar, nästan alla med anställd
                personal. De små, som det egentligen gällde, kom aldrig. En samordnare löser inte
                det. Risken är att kommunen får en bekväm motpart och tror att den har hört alla.

                Planen utgår vidare från att föreningar når människor som kommunen inte når. Det är
                ofta sant, men inte alltid. Många föreningar är slutna kring sina egna. Ett
                påstående av det slaget bör prövas innan det läggs till grund för en plan, och det
                bör framgå vad som händer där ingen förening finns.

                Planen utgår också från att samverkan är bra i sig. Samverkan kostar tid, och den
                tiden tas från något annat. Vi saknar en beskrivning av när kommunen bör göra
                arbetet själv, när en upphandling är rätt väg och när en förening hellre bör lämnas
                i fred. En förenings viktigaste uppgift kan vara att säga emot kommunen. Det är
                svårare för den som samtidigt är avtalspart.

                Planens fyra områden är väl valda för en stor stad men säger lite om hur de hänger
                ihop. En ungdom som slutar träna på grund av en otrygg hållplats berörs av alla
                fyra. Vi hade velat se ett par sådana exempel, följda från början till slut, med
                besked om vem som gör vad. I vår egen plan skrev vi mål. Det vi saknade efter två år
                var exempel.

                Vi undrar också över tiden. En handlingsplan brukar ange när något ska vara gjort.
                Här finns ingen sådan uppgift, och därmed går det inte heller att säga om planen har
                lyckats.

                Slutligen noterar vi att planen stannar vid Malmös gräns. Idrottens serier,
                kulturens publik och de ungas vänner gör det inte. En regional utblick skulle stärka
                planen. Vi ser gärna att hallar och scener kan bokas över gränsen på samma villkor
                och att föreningar slipper söka samma bidrag två gånger på olika blanketter.

                Kommunen vill inte att detta uppfattas som att vi avråder från arbetet. Det är
                ovanligt att en stad ber om synpunkter så öppet som här, och vi följer gärna hur det
                går. Vi delar med oss av vår egen utvärdering, även de delar som gick mindre bra.

                Yttrandet är beslutat av kommunstyrelsens ordförande på delegation.
            """)
        },
        stances={WHOLE: "no_position"},
    ),
    ExampleAnswer(
        shape="S20",
        kind="private_person",
        organisation="",
        contact_name="Tove Exempelsdotter",
        email="tove@hemma.example",
        day=22,
        hide_name=True,
        areas={
            PARTICIPATION: {
                "how": prose("""
                    Jag skriver som vanlig Malmöbo och vill inte att mitt namn syns någonstans, för
                    det är så det är här att om man säger något så får man det tillbaka. Jag har
                    bott i samma hus i tjugosex år och har varit med i hyresgästgruppen,
                    föräldraföreningen och en nattvandrargrupp, så kom inte och säg att jag inte är
                    delaktig. Men ni skriver att människor som sällan hörs ska få fler vägar in, och
                    då undrar jag vad som händer när de väl har gått in genom vägen, för jag har
                    suttit på säkert trettio möten med lappar och blädderblock och kaffe och inte en
                    enda gång har någon ringt efteråt och sagt att nu har vi gjort som ni sa, eller
                    att det gick inte och det beror på det här. Det hade räckt. Förra hösten var det
                    en dialog om torget och vi sa allihop belysning, belysning, belysning, och i
                    våras kom det tre planteringslådor och en skylt. Jag säger inte att det är
                    någons fel men man slutar gå. Tryggheten sedan, den är inte bara gäng och sånt
                    som det skrivs om, den är också att veta om man kan bo kvar. Hyran har gått upp
                    tre gånger på två år efter att de bytte ventilationen, och jag är sjukskriven på
                    halvtid för ryggen och har en utmattning sedan tidigare, så det är klart att jag
                    ligger vaken. Grannen under mig, Conny Testberg på första våningen, har fått
                    varsel om att flytta för att han stör, men han är inte farlig, han är sjuk och
                    får inte den hjälp han behöver, och det har jag sagt till både bostadsbolaget
                    och socialtjänsten, som skyller på varandra. Var är samverkan där undrar jag,
                    det är ju två stycken som redan har kontor på samma gata. När nattvandrarna
                    började gick det bra i två år, sedan slutade den som höll i det på kommunen och
                    då försvann nycklarna till lokalen och västarna ligger i mitt källarförråd än i
                    dag. Så om ni menar allvar med det här med föreningar och engagemang så ta hand
                    om det som finns innan ni hittar på nytt. Skriv ett avtal som gäller även när
                    folk byter jobb. Betala för fikat utan att vi ska spara kvitton på fyrtio
                    kronor. Ha mötena efter klockan sex och på ett ställe dit bussen går. Och skicka
                    svar, alltid svar, även om svaret är nej. Jag tror inte på den här planen så som
                    den är skriven, den är för snäll, den säger ska och bör men ingenstans vem och
                    när. Men jag läste den från början till slut och det är fler än jag som skulle
                    göra det om någon la den i brevlådan. Ni får gärna ringa men inte på
                    förmiddagen. Och en sak till, det är fint att ni frågar.
                """)
            }
        },
        stances={PARTICIPATION: "opposes"},
    ),
    ExampleAnswer(
        shape="S7",
        kind="board",
        organisation="Testnämnden för hälsa och omsorg",
        contact_name="Utredare",
        email="registrator@omsorgsnamnden.example",
        day=23,
        behind={
            "decided_by": "expected",
            "expected_on": 24,
            "own_registry_number": "TOMS-EXEMPEL-71",
        },
        files=(("Tjänsteskrivelse.pdf", "memo", "Förslag till yttrande, inte beslutat"),),
        whole={
            "summary": prose("""
                PRELIMINÄRT YTTRANDE. Nämnden behandlar ärendet vid sitt nästa sammanträde, som
                hålls efter sista svarsdag. Protokollsutdrag sänds in när det är justerat.

                Förvaltningen föreslår att nämnden tillstyrker planen med förbehåll för att ansvar
                och finansiering klargörs.
            """),
            "missing": prose("""
                Äldres hälsa och ofrivillig ensamhet nämns inte. Det är nämndens största område för
                samverkan med föreningar, och nämnden föreslår antingen att ett femte område läggs
                till eller att området ungas hälsa breddas till att gälla hela livet. Nämnden
                förordar det senare, eftersom det är enklare att följa fyra områden än fem.

                Anhöriga saknas också. En stor del av omsorgen utförs av dem, och
                anhörigföreningarna är ofta de enda som ser hur de mår.
            """),
            "other": prose("""
                |Ansvar
                |Planen beskriver två samordnare som ska vara knutna till kommunstyrelsen. Det är
                bra att samverkan förs på strategisk nivå. Nämnden vill samtidigt att det framgår
                vad samordnarna får besluta om, vem som leder deras arbete och hur en nämnd ska
                svara när en fråga ligger inom nämndens eget ansvar. Erfarenheten säger att en fråga
                som är allas lätt blir ingens.

                |Finansiering
                |Förslagen är inte kostnadsberäknade. Nämnden kan avsätta tid för en kontaktperson
                inom befintlig ram, men inte medel till lokaler eller ersättning till ledare. Om
                planen förutsätter det behöver frågan tas upp i arbetet med nästa års budget.

                |Form för samverkan
                |Nämnden har i dag idéburet offentligt partnerskap med två organisationer, vanliga
                avtal efter upphandling med fem och föreningsbidrag till ett sjuttiotal.
                Skillnaderna är svåra att förklara, också inom förvaltningen. En gemensam vägledning
                om när den ena eller andra formen är rätt skulle vara till stor nytta. Vägledningen
                bör tas fram tillsammans med föreningar som har erfarenhet av alla tre.

                |Sekretess
                |Samverkan om enskilda personer kan bara ske med den enskildes samtycke. Nämnden
                föreslår att det sägs i planen, på ett sätt som en frivillig kan förstå, så att
                ingen behöver känna sig avvisad när en handläggare inte kan svara.

                |Uppföljning
                |Nämnden föreslår tre mått som går att ta fram utan ny administration: antalet
                skriftliga överenskommelser, hur länge de har gällt och hur många föreningar som har
                en namngiven kontaktperson. Uppföljningen bör göras en gång om året och presenteras
                för nämnden av båda samordnarna tillsammans.

                |Barnens bästa
                |En prövning av barnets bästa har inte gjorts inom ramen för yttrandet.

                |Lärande
                |Nämnden ser positivt på att KC Malmö ska kunna vara en pelare i arbetet med lärande
                och innovation. Nämndens enhetschefer har efterfrågat just det: att få se hur andra
                har gjort innan man börjar om från början. Nämnden föreslår två gemensamma träffar
                om året där ett lyckat och ett misslyckat samarbete beskrivs av båda parter.

                |Språk
                |Planen är lätt att läsa. Nämnden föreslår att den översätts till de språk som
                nämndens verksamheter möter oftast och att den läses in.
            """),
        },
        areas={
            YOUNG: {
                "how": prose("""
                    Nämnden ser behov av tidigare stöd till unga med psykisk ohälsa och av fler
                    vuxna som finns kvar över tid. Föreningar kan erbjuda sammanhang. De ska däremot
                    inte ersätta vård eller ta ansvar för bedömningar. Nämnden föreslår att varje
                    mötesplats för unga har en kontaktperson i socialtjänsten, att kontaktpersonen
                    besöker mötesplatsen minst en gång i månaden och att föreningens ledare får
                    handledning.

                    Fältarbetare och föreningsledare bör planera lov och storhelger tillsammans. Det
                    är då behoven är störst och bemanningen minst.
                """),
                "exists": prose("""
                    Läger på sommaren för barn i familjer med långvarigt försörjningsstöd, i
                    samverkan med tre föreningar. Stödgrupper för barn till föräldrar med missbruk.
                    Båda fungerar väl men bygger på ettåriga beslut, vilket gör att personal slutar
                    varje vår.
                """),
                "actors": prose("""
                    |Socialtjänsten
                    |Fältarbetarna
                    |Elevhälsan
                    |Ungdomsmottagningen
                    |Familjecentralerna
                """),
            },
            PARTICIPATION: {
                "how": prose("""
                    Nämnden instämmer i att trygghet ska bygga på dem som bor och verkar på platsen.
                    Äldre som är rädda för att gå ut deltar inte i stadens liv. Nämnden ser gärna
                    att mötesplatserna för seniorer öppnas för föreningar på kvällar och att de som
                    bor på särskilt boende får besök av föreningar i närområdet. Transporten är ofta
                    det som fäller avgörandet, och där kan nämnden bidra.

                    Personer som har hemlöshet bakom sig, eller fortfarande lever i den, bör höras
                    genom sina egna organisationer och inte bara genom dem som hjälper.
                """),
                "exists": prose("""
                    Brukarråd vid sex verksamheter, med skiftande genomslag. Där chefen själv är med
                    händer det något, i övriga blir det lätt information.
                """),
            },
        },
        stances={
            WHOLE: "supports_with_conditions",
            YOUNG: "supports_with_conditions",
            LEISURE: "no_objection",
            PARTICIPATION: "supports",
        },
    ),
    coordinated(
        organisation="Testnämnden för stadsplanering",
        contact_name="Registrator",
        email="registrator@stadsplanering.example",
        day=24,
    ),
    coordinated(
        organisation="Testnämnden för miljö",
        contact_name="Registrator",
        email="registrator@miljonamnden.example",
        day=24,
    ),
    coordinated(
        organisation="Testnämnden för fastigheter",
        contact_name="Nämndsekreterare",
        email="registrator@fastighetsnamnden.example",
        day=25,
    ),
    ExampleAnswer(
        shape="S11",
        kind="umbrella_organisation",
        organisation="Exempelidrotten i Malmö",
        contact_name="Idrottskonsulent",
        email="kansli@exempelidrotten.example",
        day=26,
        areas={
            YOUNG: {
                "how": SPORTS_YOUNG,
                "exists": pasted("""
                    |\u201dDrop-in i hallen\u201d finns på fem skolor sedan tre år. Det fungerar bra
                    där rektorn är med\u00a0– och inte alls där vaktmästaren ska lösa det ensam.
                    |·\tSim\u00adskola på lov: fyra klubbar, 300\u00a0barn.
                    |·\tIdrottsprofil i grund\u00adskolan: tre klubbar.
                    |·\tLedare från föreningar på raster: ett lyckat försök som inte fick fortsätta.
                """),
                "actors": pasted("""
                    |·\tGrundskolor och gymnasieskolor
                    |·\tElevhälsan
                    |·\tFritidsgårdarna
                    |·\tFritidsförvaltningen
                    |·\tSimhallarna
                """),
            },
            LEISURE: {
                "how": SPORTS_LEISURE,
                "exists": pasted("""
                    |Föreningsstödet är den viktigaste samverkan. Reglerna är tydliga, men
                    blanketterna är skrivna för den som har kansli.\x0bKonsulenternas besök i nya
                    föreningar är det bästa som hänt på många år.
                    |Kulturskolan och två dansföreningar delar lokal. Det borde vara fler.
                """),
                "actors": pasted("""
                    |·\tFritidsförvaltningen
                    |·\tKulturskolan
                    |·\tBiblioteken
                """),
            },
            CITY: {"how": SPORTS_CITY, "actors": "·\tFastighetskontoret\r\n·\tBokningen"},
            PARTICIPATION: {
                "how": pasted("""
                    |4.1\u00a0\u00a0Förbundet tillstyrker.
                    |En förening är en skola i demokrati, och den som har lett ett årsmöte kan leda
                    annat.
                """)
            },
        },
        stances={
            YOUNG: "supports",
            LEISURE: "supports",
            CITY: "supports_with_conditions",
            PARTICIPATION: "supports",
        },
        whole={
            "summary": pasted("""
                Förbundet tillstyrker planen. Tre saker avgör om den blir verklighet: öppna lokaler,
                ledare som orkar och pengar som kommer i tid. Svaret följer planens ordning.
            """),
            "missing": pasted("""
                Planen borde säga vem som betalar och när den följs upp. Förbundet saknar också ett
                avsnitt om arbete: föreningar är mångas första arbetsplats.
            """),
            "other": pasted("""
                |5.1\u00a0\u00a0Om genomförandet
                |Två samordnare är rätt tänkt. Samordnaren från idéburen sektor bör ha sin
                arbetsplats hos föreningslivet och byta värd vartannat år, så att den inte blir
                någons egen.
                |5.2\u00a0\u00a0Om KC\u00a0Malmö
                |Förbundet ställer gärna sin utbildnings\u00adlokal till förfogande för gemensamma
                lärande möten.
            """),
        },
    ),
    ExampleAnswer(
        shape="S12",
        kind="other_civil_society",
        organisation="Medmänniska i Sverige, lokalavdelningen i Malmö",
        contact_name="Verksamhetschef",
        email="malmo@medmanniska.example",
        day=27,
        areas={
            YOUNG: {
                "how": plan_and_view(
                    0,
                    (
                        """Vi tillstyrker. Vi driver två öppna hus och vet att öppettiden är det som
                        avgör. En mötesplats som stänger klockan åtta är stängd när den behövs. Vi
                        föreslår att planen säger att det ska finnas öppet till klockan 22 fredag
                        och lördag i varje stadsområde, och att ansvaret för kvällarna kan delas
                        mellan kommunen och en förening. Vi tar gärna två av kvällarna och har
                        frivilliga som är utbildade för det.""",
                        """Vi tillstyrker med ett tillägg. Att känna till varandra räcker inte, det
                        krävs att någon har det i sin tjänst. Vi föreslår en gemensam lista över
                        kontaktpersoner som uppdateras varje termin och som båda sidor har åtkomst
                        till. En sådan lista fanns för några år sedan. Den dog när den som skötte
                        den fick andra uppgifter, och därför bör ansvaret stå i planen.""",
                        """Vi tillstyrker. Vi vill att ordet ”själva” tas på allvar: unga bör få
                        egna medel att besluta om och vara med när de vuxna sammanfattar vad de har
                        sagt. Den ungdomsgrupp som läste planen med oss frågade vem som bestämmer
                        vilka unga som får vara med. Det var en bra fråga.""",
                    ),
                ),
                "exists": reasons_and_view(
                    0,
                    """Beskrivningen stämmer med vår. Vi har en överenskommelse med två skolor om
                    samtalsstöd efter skoldagens slut, och en om sommarlovet. Det första året gick
                    åt till att förstå varandras ord. Det borde andra slippa. Vi har skrivit ner vad
                    vi lärde oss på fyra sidor och delar dem med den som vill.""",
                ),
                "actors": "Skolor\nElevhälsan\nSocialtjänsten\nFritidsgårdar",
            },
            LEISURE: {
                "how": plan_and_view(
                    1,
                    (
                        """Vi tillstyrker men vill förtydliga. Nära hemmet betyder olika för ett
                        barn på sju och en person på åttio. Skriv hellre att det ska gå att ta sig
                        till fritid och kultur utan bil och utan att vara rädd på vägen. För många
                        av dem vi möter är det sista bussen som avgör.""",
                        """Vi tillstyrker. Vi möter familjer som tackar nej till det som är gratis
                        för att de inte vågar lita på att det är gratis. Det behövs därför någon som
                        följer med första gången. Sådana följeslagare finns bland våra frivilliga.
                        Vi vill också att språk förstås brett. Det handlar lika ofta om krånglig
                        svenska som om andra modersmål.""",
                        """Vi tillstyrker med förbehåll. Samma chans förutsätter att kraven
                        anpassas. En ansökan om tio tusen kronor ska inte kräva lika mycket som en
                        om en miljon. Vi föreslår ett förenklat förfarande under ett prisbasbelopp.
                        Vi föreslår vidare att en större förening får söka för en mindre utan att
                        bli ansvarig för dess ekonomi i övrigt.""",
                    ),
                ),
                "exists": reasons_and_view(
                    1,
                    """Vi instämmer i att båda behöver göra sin del. Vi vill dock att det sägs
                    vilken del som är vems. Vår erfarenhet är att den frågan annars avgörs av vem
                    som orkar längst. Ett exempel: vår lokal är kommunens, larmet är
                    fastighetsbolagets och nyckeln är vår. När larmet går är det ändå alltid samma
                    frivilliga som cyklar dit.""",
                ),
                "actors": "Biblioteken\nKulturskolan\nFritidsförvaltningen",
            },
            CITY: {
                "how": plan_and_view(
                    2,
                    (
                        """Vi tillstyrker. Förslaget är det som snabbast skulle märkas. Vi har
                        lämnat en egen förteckning över elva lokaler som står tomma efter klockan 16
                        inom gångavstånd från våra verksamheter. Vi förstår att alla inte kan
                        öppnas. Vi skulle vara nöjda med tre.""",
                        """Vi tillstyrker med förbehåll. Förslaget är rätt men för svagt. Skriv att
                        det ska finnas en ingång, en taxa och en svarstid, och skriv vem som har
                        hand om den. Den som ringer fel ska kopplas rätt, inte få ett nytt
                        nummer.""",
                        """Vi tillstyrker. Tidigt bör betyda innan uppdraget formuleras. Den som
                        sover på platsen, säljer tidningar där eller väntar på någon hör till dem
                        som ska tillfrågas. De kommer inte till ett samråd i stadshuset. Vi kan
                        ordna ett samtal hos oss, på deras tid.""",
                    ),
                ),
                "exists": reasons_and_view(
                    2,
                    """Vi vill lägga till att en plats också kan förlora något när den rustas upp.
                    Tre av de ställen där våra besökare brukade träffas har byggts om så att det
                    inte längre går att sitta där. Fråga därför alltid vilka som är på platsen i dag
                    och vart de ska ta vägen.""",
                ),
                "actors": "Gatukontoret\nBiblioteken\nStadsfastigheter",
            },
            PARTICIPATION: {
                "how": plan_and_view(
                    3,
                    (
                        """Vi tillstyrker. Vi föreslår att besluten också får fler vägar ut. Den som
                        har lämnat en synpunkt ska få veta vad som hände, på ett språk hen förstår.
                        Vi har provat att läsa upp besluten på våra torsdagsluncher. Det kom fler
                        frågor än på något möte.""",
                        """Vi tillstyrker med förbehåll. Frivilliga kan skapa trygghet genom att
                        finnas där. De kan inte ha uppgifter som hör till polisen eller
                        socialtjänsten, och de ska inte lämna upplysningar om enskilda. Förtroendet
                        tar år att bygga och en kväll att förlora.""",
                        """Vi tillstyrker. Vi erbjuder oss att vara fadder åt två nya föreningar per
                        år och tror att fler äldre organisationer är beredda till detsamma. En
                        fadder kan visa hur man läser ett avtal, håller ett årsmöte och säger
                        nej.""",
                    ),
                ),
                "exists": reasons_and_view(
                    3,
                    """Vi delar skälen. Vi saknar en mening om oberoende. En förening som får stöd
                    av staden måste kunna kritisera staden dagen därpå. Det är en del av demokratin
                    och bör stå i planen. Vi vill också framhålla att förtroendet mellan människor
                    växer långsamt, i det lilla, och sällan syns i en uppföljning.""",
                ),
            },
        },
        stances={
            YOUNG: "supports",
            LEISURE: "supports_with_conditions",
            CITY: "supports_with_conditions",
            PARTICIPATION: "supports_with_conditions",
        },
        whole={
            "summary": prose("""
                Medmänniska är i huvudsak positiv till förslaget. Vi återger nedan varje förslag i
                planen följt av våra synpunkter. Våra viktigaste tillägg gäller ansvar, enklare
                villkor för små föreningar och rätten att vara oberoende.
            """),
            "missing": prose("""
                Vi saknar människor i hemlöshet, människor utan papper och de som har lämnat ett
                missbruk. De nämns inte. De finns i alla fyra områdena och bör synas i dem, inte i
                ett femte.

                Vi saknar också en beskrivning av vad som händer när parterna inte är överens. En
                enkel ordning för det, med ett samtal inom fyra veckor, skulle göra överenskommelsen
                starkare.
            """),
            "other": (
                prose("""
                    Om forumet: vi ser fram emot det och vill att det hålls på olika platser i
                    staden. Om samordnarna: vi tillstyrker att de är två och att de arbetar på
                    strategisk nivå. Vi vill att det framgår hur den idéburna sidan utses, hur länge
                    uppdraget gäller och vem man vänder sig till om man inte känner sig företrädd.

                    Om KC Malmö: lärande kräver tid tillsammans. Vi föreslår att nyanställda i
                    kommunen gör två dagar i en förening och att föreningsledare får gå kommunens
                    interna utbildningar när det finns platser över.

                    För att svaret ska kunna läsas för sig återges planen i sin helhet.
                """)
                + "\n\n"
                + whole_plan_quoted()
            ),
        },
    ),
    ExampleAnswer(
        shape="S13",
        kind="umbrella_organisation",
        organisation="Exempelförbundet Fria Sällskap, distrikt Syd",
        contact_name="Förbundsjurist",
        email="juridik@friasallskap.example",
        day=28,
        whole={
            "summary": prose("""
                |Exempelförbundet
                |tillstyrker att unga ska ha någonstans att vara på kvällar och lov, i alla delar av
                staden,
                |tillstyrker att skola, fritidsverksamhet och föreningar ska känna till varandra,
                |tillstyrker att avgifter, utrustning och språk inte ska stänga någon ute,
                |tillstyrker att små och nya föreningar ska ha samma chans att samverka som stora,
                |tillstyrker att fler av kommunens lokaler ska kunna användas av föreningar,
                |tillstyrker att det ska vara lätt att förstå vem man frågar och vad det kostar,
                |tillstyrker att föreningar ska få vara med tidigt när platser planeras,
                |tillstyrker att människor som sällan hörs ska få fler vägar in i stadens beslut,
                |avstyrker att arbetet för trygghet ska bygga på dem som bor och verkar på platsen,
                i den mån det innebär att föreningar får uppgifter som är det allmännas, och
                |avstyrker att samordnaren från idéburen sektor ska vara knuten till en
                metaorganisation.
            """),
            "missing": prose("""
                Planen saknar en beskrivning av sin rättsliga ställning. Förbundet utgår från att
                den är ett politiskt viljedokument som inte ger någon rätt att kräva en prestation
                av den andra parten. Det bör sägas. I annat fall uppstår förväntningar som ingen har
                lovat att infria.

                Planen saknar också en uppsägnings- och tvistordning. Av överenskommelsen framgår
                inte hur en enskild förening ansluter sig, hur den lämnar eller vad som händer när
                parterna är oense om tolkningen.
            """),
            "other": prose("""
                |Allmänna synpunkter
                |Förbundet organiserar ideella föreningar inom kultur, friluftsliv och folkbildning
                och har en juridisk rådgivning som besvarar omkring 400 frågor om året. Yttrandet
                bygger på de frågor som kommer från Malmö. Tre slag dominerar: villkor för bidrag,
                ansvar för lokaler och vad som är upphandling.

                Förbundet är positivt till att parterna söker en gemensam plan. Samverkan mellan det
                offentliga och idéburen sektor vilar på att parterna är olika. Kommunen är bunden av
                likställighetsprincipen, av offentlighetsprincipen och av kravet på stöd i lag.
                Föreningen är bunden av sina stadgar och sina medlemmar. En plan som suddar ut
                skillnaden hjälper ingen.

                |Om ersättning och statsstöd
                |Planen berör inte formerna för ersättning. Bidrag, partnerskap och upphandling har
                olika rättsliga förutsättningar, och valet bör göras före samarbetet, inte efteråt.
                Förbundet har sett avtal som kallas partnerskap men som innehåller viten, och
                bidragsbeslut som innehåller beställningar. Det är osäkert för båda parter.
                Förbundet föreslår att kommunen tar fram mallar för de tre formerna och att mallarna
                prövas av föreningar innan de fastställs.

                För många små belopp är reglerna om stöd av mindre betydelse inget hinder. Det vore
                en tjänst om kommunen sade det rent ut, eftersom osäkerheten ofta används som skäl
                för att avstå.

                |Om samordnarna
                |Förbundet avstyrker att samordnaren från idéburen sektor ska vara knuten till en
                metaorganisation. Förbundet delar ambitionen att täcka upp hela sektorn, men tror
                inte att den nås så. En metaorganisation företräder sina medlemmar. Det är dess
                uppgift, och det är inget fel i det. Men omkring hälften av föreningarna i en stad
                är inte med i någon. Den som är anställd av en av parterna på ett fält kan inte
                gärna vara hela fältets röst.

                Förbundet förordar i stället att uppdraget utlyses öppet, att det tidsbegränsas till
                två år med möjlighet till en förlängning och att ett valt råd med företrädare för
                anslutna och oanslutna föreningar tillsätter och följer upp. Anställningen kan
                administreras av en metaorganisation utan att uppdraget lyder under den.

                Det bör vidare regleras vem som ansvarar för personuppgifter som de två samordnarna
                hanterar gemensamt. Den ena är anställd i en myndighet, den andra är det inte.
                Handlingar som kommer in till den ena är allmänna, handlingar som kommer in till den
                andra är det inte utan vidare. En förening som skriver till samordnarna måste kunna
                förstå vad som gäller innan den skriver.

                |Om uppföljning
                |Förbundet föreslår att planen följs upp vartannat år av någon utomstående.
                Uppföljningen bör vara kort, offentlig och ta upp även det som inte blev av.
                Underlaget kan samlas in genom det forum som planen ska vara, men slutsatserna ska
                inte skrivas av dem som har genomfört arbetet.

                |Om språket
                |Planen är skriven så att den går att förstå. Det är en rättslig kvalitet. Förbundet
                vill dock att ”ska” används bara där någon har åtagit sig något, och att ”kan” och
                ”bör” används i övrigt. I den version som har remitterats står ”ska” på många
                ställen utan att det framgår vem som ska.

                |Om insyn
                |Kommunens handlingar är offentliga, föreningens är det inte. När de två skriver
                tillsammans bör de bestämma i förväg var handlingarna förvaras. Förbundet föreslår
                att det forum som planen ska vara för minnesanteckningar, att de läggs ut och att
                deltagare nämns med organisation och inte med namn.
            """),
        },
        areas={
            YOUNG: {
                "how": prose("""
                    |Skälen för att tillstyrka
                    |Unga vistas i det offentliga rummet i högre grad än vuxna och har färre
                    alternativ. Förslaget att de ska ha någonstans att vara i alla delar av staden
                    är därför befogat. Förbundet vill att det uttrycks som ett lägsta utbud per
                    stadsområde, så att det kan följas upp.

                    Att skola, fritidsverksamhet och föreningar ska känna till varandra är rimligt.
                    Skolans sekretess hindrar inte att skolan upplyser elever om vad som finns. Den
                    hindrar att skolan berättar för föreningen vilka som skulle behöva komma.
                    Skillnaden är väsentlig och missförstås åt båda hållen. Förbundet bidrar gärna
                    med en text om det.

                    Frågan om registerkontroll av ledare bör behandlas. En förening som tar emot
                    barn har rätt att begära utdrag ur belastningsregistret. Många känner inte till
                    det, och rutiner för hur utdrag visas utan att sparas saknas nästan alltid.

                    Unga som själva vill bilda en förening möter ett särskilt hinder. Den som är
                    under 18 år kan vara ledamot i en styrelse men i regel inte ensam teckna avtal.
                    En mall för hur en vuxen kan stå bakom utan att ta över vore till stor hjälp,
                    och förbundet erbjuder sig att skriva den.
                """),
            },
            LEISURE: {
                "how": prose("""
                    |Skälen för att tillstyrka
                    |Förbundet välkomnar att avgifter, utrustning och språk nämns tillsammans. De
                    samverkar i praktiken. Kommunens bidragsregler ställer emellertid krav på en
                    lägsta medlemsavgift för att en medlem ska räknas. Regeln motverkar planens
                    syfte och bör utgå eller ersättas av ett krav på aktivt medlemskap.

                    Samma chans för små och nya föreningar förutsätter att trösklarna ses över: krav
                    på antal medlemmar, på två års verksamhet, på revisor och på bankkonto. Det
                    sista har blivit det svåraste. En nybildad förening kan i dag få vänta ett
                    halvår på att öppna ett konto, eller få avslag utan skäl. Kommunen råder inte
                    över bankerna men kan betala ut första bidraget genom en annan förening som åtar
                    sig att redovisa.
                """),
                "exists": prose("""
                    Förbundets rådgivning tar emot föreningar som kommunens handläggare hänvisar,
                    och hänvisar själv tillbaka. Det fungerar väl utan att någon har skrivit ner
                    det. Förbundet håller dessutom varje höst en kurs i stadgar, årsmöte och
                    bokföring, där kommunen bjuder på lokalen.
                """),
            },
            CITY: {
                "how": prose("""
                    |Skälen för att tillstyrka
                    |Lokaler är den vanligaste frågan till förbundets rådgivning. Förslagen är bra
                    men ofullständiga i ett avseende: ansvaret. Den som lånar en aula en lördag blir
                    i avtalet ofta ansvarig för brandskydd, larm och skador orsakade av tredje man.
                    Styrelseledamöter i små föreningar har betalat larmutryckningar ur egen ficka.
                    Förbundet föreslår ett standardavtal där föreningen svarar för vårdslöshet men
                    inte för olyckshändelser, och en gemensam försäkring som kommunen tecknar.

                    Uppsägningstiden bör vara ömsesidig. I flera av de avtal som förbundet har
                    granskat kan kommunen säga upp med en månads varsel medan föreningen är bunden
                    året ut.

                    Principen om lika behandling gäller när kommunen fördelar lokaler. Fördelningen
                    bör därför ske efter regler som är kända i förväg, och beslut bör motiveras. Det
                    är också det bästa skyddet mot misstanken att den som känner någon får mer.

                    Tidig medverkan när platser planeras bör inte förväxlas med det samråd som
                    följer av lag. Den som har deltagit tidigt ska inte få höra att synpunkten redan
                    är behandlad när samrådet väl hålls.
                """),
            },
            PARTICIPATION: {
                "how": prose("""
                    |Skälen för att avstyrka i en del
                    |Förbundet tillstyrker fler vägar in i stadens beslut. Förbundet avstyrker
                    däremot förslaget att arbetet för trygghet ska bygga på dem som bor och verkar
                    på platsen, i den mån det innebär att föreningar får uppgifter som är det
                    allmännas. Ordningshållning är polisens sak. Ordningsvakter ska vara förordnade.
                    Frivilliga som uppträder som om de hade befogenheter utsätter sig själva och
                    andra för risk, och föreningens försäkring gäller sällan.

                    Förbundet föreslår följande lydelse: ”Den som bor eller verkar på en plats ska
                    tillfrågas om vad som gör den trygg. Uppgifter som kräver befogenhet utförs av
                    polisen och kommunen.”

                    Att vara med i en förening är en grundlagsskyddad frihet. Samverkan får inte
                    utformas så att den som avstår får sämre villkor i annat avseende.

                    Fler vägar in i besluten är en god sak, men vägarna måste ha samma ändpunkt.
                    Förbundet föreslår att synpunkter som lämnas i forumet förs in i det underlag
                    som nämnden får, med uppgift om vem som har lämnat dem. Annars skapas två spår,
                    ett som syns i protokollet och ett som bara känns betydelsefullt.
                """),
            },
        },
        stances={
            YOUNG: "supports",
            LEISURE: "supports",
            CITY: "supports",
            PARTICIPATION: "opposes",
        },
    ),
)

# Begun and not sent in. They are kept apart from the thirty: a draft is counted, never read.
DRAFTS: tuple[ExampleAnswer, ...] = (
    ExampleAnswer(
        shape="draft",
        kind="association",
        organisation="Malmö Körforum",
        contact_name="Nikki Exempel",
        email="nikki@korforum.example",
        day=20,
        areas={LEISURE: {"how": "Vi behöver en lokal där man kan sjunga. Styrelsen säger"}},
        fate="draft_only",
    ),
    ExampleAnswer(
        shape="draft",
        kind="department",
        organisation="Testförvaltningen för kultur",
        contact_name="Handläggare",
        email="registrator@kulturforvaltningen.example",
        day=27,
        confirmed=False,
        asks="Nämnden har sitt nästa möte efter sista svarsdag.",
        fate="draft_only",
    ),
)
