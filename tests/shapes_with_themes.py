"""120 invented answers whose themes are known, for measuring what suggests themes.

Each theme has wordings that stand in one answer only, so that they cannot be recognised by having
been seen, often without the theme's own name. Beside them stand sentences that fit any theme, with
two of the eight words that people who mean the same thing share.
"""

from dataclasses import dataclass
from random import Random

ANSWERS = 120
YOUNG, LEISURE, CITY, TALK, WHOLE = (
    "young-health", "equal-leisure", "city-life", "participation", "",
)  # fmt: skip


@dataclass(frozen=True)
class Known:
    """A passage of an answer, with the themes that a person would place it under."""

    answer: int
    area: str
    text: str
    themes: frozenset[tuple[str, str]]  # (area, name)
    is_new: bool  # nothing but one wording that stands nowhere else


WORDINGS = {
    (YOUNG, "Simning och rörelse nära hemmet"): """
        Alla barn i Malmö ska kunna simma när de slutar mellanstadiet, oavsett var de bor.
        Öppna badhusen gratis en kväll i veckan så att familjer kan öva i vattnet tillsammans.
        Nämnden ser behov av fler simlektioner för nyanlända ungdomar.
        Vi vill ha en näridrottsplats på gångavstånd, våra barn åker inte buss själva.
        Rörelse ska finnas på skolgården efter skolan, inte bara i en hall på andra sidan stan.
        Ledarledd spontanidrott på grusplanen har fått igång många som annars sitter still.
        Simskola kostar för mycket och kön är ett år.
        En aktiv vardag börjar med trygga vägar att cykla och ytor att springa på.
        """,
    (YOUNG, "Flickors deltagande"): """
        Tjejer slutar idrotta i trettonårsåldern och ingen frågar varför.
        Föreningen har startat en grupp bara för flickor på fredagar och den blev full direkt.
        Pojkarna tar över planen, så flickorna behöver egna tider.
        Andelen kvinnliga ledare bör följas upp eftersom unga kvinnor behöver förebilder.
        Mödrarna säger ja när det är en kvinna som leder träningen.
        Könsuppdelad statistik över aktivitetsstödet visar att bidragen går till killar.
        Fråga flickorna själva vilka aktiviteter de saknar i området.
        Omklädning utan insyn gör att fler tjejer vågar komma.
        """,
    (YOUNG, "Avgifter och utrustning"): """
        Medlemsavgiften är för hög för en familj med fyra barn.
        Låt föreningar låna ut skridskor och skor genom en fritidsbank i varje stadsdel.
        Kommunen borde betala licensen för barn vars föräldrar har försörjningsstöd.
        Utrustningen är det som kostar, inte själva träningen.
        Många slutar när cuperna börjar kosta pengar.
        Ett fritidskort som täcker avgiften skulle betyda mycket hos oss.
        Barn ska aldrig behöva stå utanför för att plånboken är tom hemma.
        Begagnade cyklar och racketar kan samlas in på återvinningscentralen.
        """,
    (YOUNG, "Ledare med lön"): """
        Ideella ledare räcker inte till på vardagseftermiddagar, någon måste få betalt.
        Vi söker en halvtidstjänst för en ungdomsledare som kan vara kvar i flera år.
        Det är svårt att rekrytera tränare, de flesta jobbar när barnen slutar skolan.
        Anställ unga från området som ledare på sommarlov, de känner alla.
        Nämnden föreslår att timarvode för ledare får räknas in i stödet.
        Utbilda ledarna och ge dem intyg som gäller på arbetsmarknaden.
        Våra tränare är utbrända, tre slutade i våras.
        Avlönade fritidsledare skulle avlasta styrelsen som gör allt på sin lediga tid.
        """,
    (YOUNG, "Psykisk hälsa"): """
        Fler unga mår dåligt och vi möter ångest och ensamhet varje kväll i vår chatt.
        Elevhälsan och föreningarna bör ha en gemensam väg in för den som behöver prata.
        Vuxna som lyssnar är det bästa skyddet mot självskador.
        Utbilda tränare i första hjälpen för psykisk ohälsa.
        Våra volontärer är inte psykologer, vi måste veta vart vi skickar en ungdom i kris.
        Sömn, stress och oro hänger ihop med betygen.
        Samtalsgrupper för tonåringar som sörjer finns hos oss men ingen känner till dem.
        Ungdomsmottagningen kan komma till fritidsgården en gång i månaden.
        """,
    (YOUNG, "Skolan och föreningarna"): """
        Rektorer säger olika, på en skola är vi välkomna och på nästa kommer vi inte in.
        Varje skola bör utse en kontaktperson för föreningslivet.
        Vi vill komma till klassrummen i årskurs fyra och visa vad vi gör.
        Låt elevens val kunna förläggas till en förening.
        Lärarna hinner inte svara på mejl från oss.
        Grundskolenämnden ser gärna ett avtal mellan skola och förening om raster och fritids.
        En föreningsmässa vid skolstarten skulle nå alla elever på en gång.
        Samverkan med fritidshemmen fungerar när schemat läggs gemensamt på våren.
        """,
    (LEISURE, "Vilka som inte nås"): """
        De som redan är aktiva får mer, de andra syns inte i statistiken.
        Kartlägg vilka grupper som står utanför föreningslivet i dag.
        Äldre ensamma män kommer aldrig till våra träffar.
        Nya Malmöbor vet inte vad en förening är.
        Deltagandet skiljer mycket mellan stadsdelarna och mellan hög och låg inkomst.
        Uppsökande arbete i trapphusen gav oss sextio nya medlemmar.
        Fråga dem som inte deltar, inte bara oss som redan sitter vid bordet.
        Planen bör säga vilka målgrupper som ska nås först.
        """,
    (LEISURE, "Resor och kollektivtrafik"): """
        Sista bussen går halv nio så den som bor i Oxie kan inte vara med till slutet.
        Fria resor för unga på kvällar och helger skulle öppna hela staden.
        Det tar en timme med två byten att komma till ishallen.
        Färdtjänsten kommer för sent och då missar man repetitionen.
        Avståndet är ett hinder, biljetten ett annat.
        Ordna minibuss mellan stadsdelarna och de stora anläggningarna.
        Föräldrar utan bil kan inte skjutsa till matcherna.
        Planera tider efter tidtabellen, inte tvärtom.
        """,
    (LEISURE, "Tillgänglighet och assistans"): """
        Omklädningsrummen går inte att använda med rullstol.
        Ledsagare och assistenter ska komma in utan att betala.
        Hörslingan i kulturhuset har varit trasig i två år.
        Personer med funktionsnedsättning ska kunna välja mellan flera aktiviteter, inte bara en.
        Det saknas teckentolk på nästan alla öppna evenemang.
        Trösklar, tunga dörrar och avsaknad av hiss stänger ute våra medlemmar.
        Bygg om toaletterna först, sen kan vi prata om inkludering.
        Rådet önskar att varje anläggning inventeras med hjälp av funktionsrättsrörelsen.
        """,
    (LEISURE, "Kultur utanför centrum"): """
        All scenkonst ligger innanför kanalen, ge Rosengård och Lindängen en egen scen.
        Biblioteken är de enda kulturhusen i ytterområdena.
        Turnera med teatern till gårdar och torg i stadsdelarna.
        Vi spelar konserter på ett äldreboende i Holma men får inget gage från staden.
        Konstnärer behöver ateljéer också i Fosie.
        Kulturnämnden bör fördela medlen geografiskt.
        Barn i öster ska inte behöva åka till city för att gå i kulturskolan.
        Ett kollo med dans och film på hemmaplan varje sommar är vårt förslag.
        """,
    (LEISURE, "Information på flera språk"): """
        Översätt inbjudningarna till arabiska, somaliska och romani.
        Informationen på webben är för svår, skriv lättläst.
        Vi översätter åt kommunen gratis varje vecka.
        Affischer med bilder når fler än broschyrer.
        Många hos oss läser inte svenska och får veta allt för sent.
        Språkambassadörer kan ringa upp familjerna.
        En gemensam kalender för alla aktiviteter på olika språk saknas.
        Använd talade meddelanden, inte bara text.
        """,
    (LEISURE, "Långsiktigt stöd i stället för projekt"): """
        Ettåriga projektpengar gör att vi börjar om varje januari.
        Ge bidrag för tre till fem år åt verksamheter som har visat att de fungerar.
        Vi lägger mer tid på ansökningar än på barnen.
        När projektet tog slut stängde vi dörren för åttio deltagare.
        Grundbidraget har inte räknats upp på tio år.
        IOP-avtal bör bli vanligare eftersom de ger trygg finansiering.
        Sluta uppfinna nya satsningar, betala det som redan finns.
        Föreningsstödet behöver vara förutsägbart och enkelt att redovisa.
        """,
    (CITY, "Priser och fördelning av tider"): """
        Hyran för en helgtid i hallen har fördubblats.
        Bokningen går först till de stora klubbarna, vi små får klockan tio på kvällen.
        Prioriteringsordningen i lokalbokningen måste vara öppen så att alla ser den.
        Nolltaxa för ungdomsverksamhet borde gälla även kultur.
        Tider som inte används borde släppas samma vecka.
        Taxan är olika beroende på vilken förvaltning som äger huset.
        Det är orimligt att betala samma pris som ett företag.
        Systemet för att boka är krångligt och kräver BankID som föreningen inte har.
        """,
    (CITY, "Nycklar och larm"): """
        Vaktmästaren låser klockan sexton och sen kommer ingen in.
        Vi larmade av misstag och fick en räkning på fyra tusen kronor.
        Digitala lås med kod skulle lösa det mesta.
        Ge en ansvarig person i varje förening en tagg.
        Väktaren slängde ut oss fast vi hade bokat.
        Hämta ut nyckel på andra sidan stan före varje möte är inte rimligt.
        Vem öppnar och stänger på söndagar?
        Passersystemet bör vara samma i alla byggnader som staden äger.
        """,
    (CITY, "Skolor på kvällar och helger"): """
        Aulor och gymnastiksalar står tomma efter klockan fem.
        Öppna matsalen i skolan för läxhjälp och middagar i grannskapet.
        Skolbyggnader är skattebetalarnas och ska användas hela dygnet.
        Rektorn sa nej på grund av städningen.
        Slöjdsalen skulle passa vår cykelverkstad på lördagar.
        Grundskolans lokaler bör ritas så att en del kan nyttjas av andra efter skoltid.
        På lov är skolgården avstängd med grind.
        Vi tränar gärna i en skolidrottshall om någon betalar för vaktmästare på helgen.
        """,
    (CITY, "Tillstånd för evenemang"): """
        Fem olika blanketter för en gårdsfest är fyra för mycket.
        Polistillståndet kom dagen efter marknaden.
        Tekniska nämnden föreslår en gemensam ingång för den som vill ordna något på torget.
        Avgiften för markupplåtelse borde inte gälla ideella arrangemang.
        En handläggare som följer ärendet hela vägen, det är vår önskan.
        Reglerna om ljud och servering är svåra att förstå.
        Vi fick avslag på loppmarknaden i parken utan förklaring.
        Ansökan tar åtta veckor, våra frivilliga planerar två veckor i förväg.
        """,
    (CITY, "Belysning och skötsel av platser"): """
        Gångvägen bakom centrum är kolsvart i november.
        Bänkar, papperskorgar och toaletter saknas i parken.
        Klotter och trasiga lampor lagas snabbt i väster men inte här.
        Vi plockar skräp varje vår men någon måste hämta säckarna.
        Mer ljus vid hållplatsen gör att äldre vågar gå ut.
        Låt odlare sköta rabatterna mot en liten ersättning.
        Fastighetskontoret bör svara på felanmälan inom en vecka.
        Gräset klipps inte och lekplatsen är sliten.
        """,
    (CITY, "Ett gemensamt föreningshus"): """
        Vi drömmer om ett hus där tjugo föreningar delar kök, kontor och skrivare.
        Ge oss den tomma brandstationen så driver vi den tillsammans.
        Förråd är det största problemet, våra tält ligger i kassörens garage.
        Ett allaktivitetshus på varje sida av staden med egen husvärd.
        Mötesplatsen i bottenvåningen lades ner när hyresvärden sålde.
        Samlokalisering skulle spara hyra och skapa nya samarbeten.
        Kontorsplatser att dela med andra ideella saknas helt.
        Vi behöver skåp, en kaffebryggare och någonstans att vara.
        """,
    (TALK, "Kunskap om rättigheter"): """
        Många vet inte vilka rättigheter de har mot Försäkringskassan och hyresvärden.
        Ojämlik information om samhället leder till misstro.
        Studiecirklar om lagar och skyldigheter kan hållas av folkbildningen.
        Medborgarvägledning på biblioteket är guld värd.
        Vi hjälper till med blanketter och överklaganden varje torsdag.
        Barnkonventionen måste förklaras för barn på deras sätt.
        Den som är ny i landet ska få samhällskunskap på sitt modersmål.
        Diskriminering anmäls sällan eftersom folk inte känner till reglerna.
        """,
    (TALK, "Möten med tjänstepersoner och politiker"): """
        Politikerna syns bara före valet.
        Ordna fasta träffar i stadsdelen där tjänstepersoner sitter ner och lyssnar.
        Vi vill ha dialog innan besluten är fattade.
        Återkoppla alltid efter ett samråd vad som hände med synpunkterna.
        Handläggare byts ut och då börjar relationen om.
        Kommunstyrelsen bör bjuda in till ett rådslag varje år.
        En lunch i månaden mellan nämndens presidium och föreningarna räcker långt.
        Kom till oss, vi orkar inte åka till stadshuset dagtid.
        """,
    (TALK, "Ungas inflytande"): """
        Ungdomsrådet ska ha egen budget och förslagsrätt.
        Barn och unga får tycka till men ingenting händer sedan.
        Sänk åldern för medborgarförslag.
        Elevråd och fritidsråd kan välja ombud till ett gemensamt ungdomsforum.
        Låt sextonåringar bestämma över en del av fritidspengarna.
        Unga vill påverka via mobilen, inte genom att sitta i kommitté.
        De som är under arton har ingen röst och måste höras på annat sätt.
        Vår ungdomsstyrelse fick aldrig svar på sitt brev.
        """,
    (TALK, "Valdeltagande"): """
        I vårt valdistrikt röstade bara hälften.
        Knacka dörr med röstkort i handen, det fungerade senast.
        Förtidsröstning i moskén och kyrkan bör prövas.
        Informera utrikes födda om att de får rösta i kommunvalet.
        Valambassadörer från området litar folk på.
        Skolval och debatter väcker intresset tidigt.
        Demokratin blir svag när så få går till valurnan.
        Sätt ett mål för hur många fler väljare staden vill ha i öster.
        """,
    (TALK, "Trygghet och brott"): """
        Skjutningarna gör att föräldrar håller barnen inne.
        Polisen, socialtjänsten och föreningarna måste hålla isär sina roller.
        Nattvandring fungerar när det är mammor från gatan som går.
        Narkotikan säljs öppet utanför porten.
        Avhopparverksamhet ska drivas av proffs, inte av frivilliga.
        Brottsförebyggande rådet bör ta med civilsamhället i lägesbilden.
        Våra ledare ska inte behöva vittna eller bli informatörer.
        Tidiga insatser för syskon till gängkriminella är viktigast.
        """,
    (TALK, "Föreningarnas oberoende"): """
        Vi är en fri röst och ingen underleverantör till kommunen.
        Den som får bidrag måste ändå kunna kritisera.
        Samverkan får inte bli styrning.
        Demokrativillkoren tolkas godtyckligt och skrämmer folk till tystnad.
        Idéburna organisationer ska själva formulera sina uppdrag.
        Skriv in rätten att vara obekväm i överenskommelsen.
        Självständigheten hotas när allt mäts som en upphandlad tjänst.
        Respektera att vår egenart är medlemmarnas vilja.
        """,
    (WHOLE, "Vem som betalar"): """
        Planen saknar budget.
        Kostnaderna bör finansieras centralt och inte belasta nämndernas ramar.
        Vilka pengar följer med förslagen?
        Nämnden kan inte åta sig något utan att medel tillförs.
        Utan resurser blir det vackra ord.
        Koppla åtgärderna till budgetarbetet i juni.
        Ersätt föreningarna för den tid de lägger ner på möten.
        Det ekonomiska ansvaret är oklart i samtliga områden.
        Finansieringen måste vara löst före start.
        Avsätt en procent av nämndernas ramar.
        """,
    (WHOLE, "Ansvar och uppföljning"): """
        Det framgår inte vem som gör vad och när.
        Sätt mätbara mål och redovisa dem öppet varje år.
        Indikatorer behövs, annars går det inte att se om något blir bättre.
        Varje åtgärd ska ha en utpekad ansvarig nämnd.
        Följ upp tillsammans med sektorn, inte bara internt.
        Tidplan saknas.
        En årlig rapport till kommunfullmäktige bör tas fram gemensamt.
        Vem håller i utvärderingen?
        Ansvaret ska stå i reglementet.
        Gör en halvtidsutvärdering efter två år.
        """,
    (WHOLE, "Små föreningars villkor"): """
        Vi är fem personer i styrelsen och hinner inte på alla samråd.
        Remisstiden är för kort för en förening som har styrelsemöte var sjätte vecka.
        Små organisationer utan anställda måste kunna vara med på sina villkor.
        Lägg möten på kvällar.
        Byråkratin slår hårdast mot den minsta.
        Krav på revisor är orimligt för oss som omsätter tio tusen.
        En handläggare som hjälper mindre föreningar vore bra.
        Paraplyerna talar inte för alla, fråga oss små också.
        """,
    (WHOLE, "De två samordnarna"): """
        Samordnarnas mandat behöver förtydligas.
        Var ska den idéburna samordnaren vara anställd?
        Bra med en från varje sida.
        Två personer räcker inte för hela Malmö.
        Värdskapet för samordningen bör ligga hos sektorn.
        Vem leder deras arbete till vardags, och vem kan avsätta dem?
        Samordnaren från kommunen måste ha tillgång till förvaltningsledningarna.
        Tjänsterna borde vara tillsvidare, inte på projekt.
        """,
    (WHOLE, "Arbete och sysselsättning"): """
        Ett femte område om arbete och sysselsättning saknas.
        Arbetsintegrerande sociala företag nämns inte alls.
        Praktikplatser i föreningar leder till jobb.
        Lägg till näringsliv och arbetsmarknad.
        Vi har tolv personer i arbetsträning och vill ha tjugo.
        Arbetslösheten är roten till det mesta planen beskriver.
        Samverka med Arbetsförmedlingen om subventionerade anställningar.
        Sociala kooperativ kan ge långtidssjukskrivna en väg tillbaka.
        """,
}
# What each theme is talked about with: the words that people who mean the same thing share.
WORDS = {
    "Simning och rörelse nära hemmet": """
        simundervisning, badhuset, näridrottsplatsen, rörelse i vardagen,
        spontanidrotten, cykelvägarna, simkunnigheten, lekytor nära bostaden
        """,
    "Flickors deltagande": """
        flickors idrottande, tjejgrupper, kvinnliga ledare, jämställdheten i
        aktivitetsstödet, tider för flickor, unga kvinnor i styrelser, tjejkvällar,
        omklädningsrum för flickor
        """,
    "Avgifter och utrustning": """
        medlemsavgiften, fritidsbanken, låneutrustning, tävlingsavgifter, fritidskortet,
        barn i ekonomisk utsatthet, licenskostnaden, begagnad utrustning
        """,
    "Ledare med lön": """
        avlönade ledare, ledarutbildning, ungdomsledare, ledararvoden, rekryteringen av
        tränare, unga ledare, sommarjobb som ledare, anställda i föreningar
        """,
    "Psykisk hälsa": """
        psykisk ohälsa, stödsamtal, elevhälsan, ensamheten bland unga, stödchatten,
        ungdomsmottagningen, suicidprevention, oro och ångest
        """,
    "Skolan och föreningarna": """
        samarbete med skolor, kontaktperson på varje skola, rektorer, föreningsbesök på
        lektionstid, elevens val, fritidshemmen, skolstarten, lärarnas tid
        """,
    "Vilka som inte nås": """
        grupper som inte nås, uppsökande arbete, de som står utanför föreningslivet,
        ojämlikt deltagande, målgrupper, äldre i ensamhet, nyanlända Malmöbor,
        kartläggningen av deltagare
        """,
    "Resor och kollektivtrafik": """
        bussresor, kollektivtrafiken på kvällar, färdtjänsten, fria resor för unga,
        restiden, skjutsning till matcher, långa avstånd, busskort
        """,
    "Tillgänglighet och assistans": """
        tillgängliga lokaler, ledsagare, hörslingor, teckenspråkstolkning,
        rullstolsramper, personer med funktionsnedsättning, assistenter, funktionsrätten
        """,
    "Kultur utanför centrum": """
        scener i stadsdelarna, biblioteken, kulturskolan i ytterområdena, teater på
        torgen, ateljéer, konserter i stadsdelarna, konstnärer, kulturhus utanför city
        """,
    "Information på flera språk": """
        översatt information, lättläst svenska, språkambassadörer, flerspråkiga
        inbjudningar, tolkar, modersmål, affischer på arabiska, en gemensam kalender
        """,
    "Långsiktigt stöd i stället för projekt": """
        långsiktig finansiering, projektmedel, fleråriga avtal, grundbidraget,
        verksamhetsstöd, ansökningar om bidrag, partnerskap, ettåriga projekt
        """,
    "Priser och fördelning av tider": """
        lokalhyror, bokningssystemet, taxor, fördelning av halltider,
        prioriteringsordningen, nolltaxa, bokningsregler, hyran för träningstider
        """,
    "Nycklar och larm": """
        nyckelhantering, larm, passersystem, låsta dörrar, vaktmästare,
        larmutryckningar, nyckelkvittens, portkoder
        """,
    "Skolor på kvällar och helger": """
        skollokaler efter skoltid, aulor, gymnastiksalar, skolmatsalar, skolgårdar på
        helger, öppna skolor, slöjdsalar, skolans kvällsöppna lokaler
        """,
    "Tillstånd för evenemang": """
        evenemangstillstånd, polistillstånd, markupplåtelse, handläggningstider,
        ansökningar om tillstånd, gårdsfester, regler för servering, marknader på torget
        """,
    "Belysning och skötsel av platser": """
        belysningen, papperskorgar, offentliga toaletter, bänkar, felanmälan, skötseln
        av parker, nedskräpning, mörka gångvägar
        """,
    "Ett gemensamt föreningshus": """
        ett föreningshus, förråd, gemensamma kontor, samlokalisering, en mötesplats, kök
        att dela, allaktivitetshus, förvaring
        """,
    "Kunskap om rättigheter": """
        kunskap om rättigheter, samhällsorientering, medborgarvägledning, rådgivning,
        studiecirklar, rättigheter och skyldigheter, diskriminering, barnkonventionen
        """,
    "Möten med tjänstepersoner och politiker": """
        dialogmöten, politiker på plats, återkoppling, tjänstepersoner, samråd, rådslag,
        kontakt med nämnden, medborgardialog
        """,
    "Ungas inflytande": """
        ungdomsråd, ungas röst, ungdomsbudget, elevråd, ungdomsforum, barns rätt att bli
        hörda, unga i beslut, medborgarförslag från unga
        """,
    "Valdeltagande": """
        valdeltagandet, röstkort, förtidsröstning, valambassadörer, skolval, rösträtten,
        väljare, valdistrikt med lågt deltagande
        """,
    "Trygghet och brott": """
        nattvandring, brottsförebyggande arbete, polisen, gängkriminalitet,
        trygghetsvandringar, narkotika, avhoppare, trygghet på gatorna
        """,
    "Föreningarnas oberoende": """
        civilsamhällets oberoende, självständighet, en fri röst, demokrativillkor,
        idéburen särart, rätten att kritisera, röstbärare, styrning genom bidrag
        """,
    "Vem som betalar": """
        finansieringen, budgeten, kostnader för nämnderna, medel till åtgärder,
        resurser, ersättning för föreningars tid, ekonomiskt ansvar, pengar till planen
        """,
    "Ansvar och uppföljning": """
        ansvarsfördelningen, uppföljning, indikatorer, mätbara mål, tidplan,
        utvärdering, årlig redovisning, ansvarig nämnd
        """,
    "Små föreningars villkor": """
        små föreningar, ideella styrelser, remisstiden, administration, föreningar utan
        anställda, mötestider på dagtid, byråkrati, krav på redovisning
        """,
    "De två samordnarna": """
        samordnarna, samordnarnas mandat, värdskapet, den idéburna samordnaren,
        anställning av samordnare, kommunens samordnare, samordningsfunktionen,
        tjänsterna som samordnare
        """,
    "Arbete och sysselsättning": """
        arbete och sysselsättning, arbetsträning, sociala företag, praktikplatser,
        arbetslöshet, ett femte område, subventionerade anställningar, arbetsintegrering
        """,
}
FRAMES = [
    "Vi saknar {0}.",
    "Frågan om {0} behöver lyftas tydligare.",
    "{0} är avgörande för våra medlemmar.",
    "Det som brister i dag är {0} och {1}.",
    "Börja med {0}.",
    "Nämnden tillstyrker det som sägs om {0}.",
    "Utan {0} händer ingenting.",
    "Staden borde satsa på {0} före {1}.",
    "Hur är det tänkt med {0}?",
    "Vi kan bidra med erfarenhet av {0}.",
    "Planen nämner {0} men inte {1}.",
    "Det finns stora skillnader mellan stadsdelarna när det gäller {0}.",
    "Ge föreningarna ansvar för {0} tillsammans med förvaltningen.",
    "Förr fungerade {0}, men inte längre.",
    "Ni måste tänka på {0}.",
    "Barn, unga och äldre påverkas alla av {0}.",
    "Ett första steg är {0}, ett andra {1}.",
    "Vi har jobbat med {0} sedan 1998 och lärt oss en del.",
]
# What stands around a point, and says nothing about it.
BEFORE = [
    "", "", "", "", "Vi tycker så här:", "Föreningen vill lyfta följande.",
    "Efter samtal med våra medlemmar:", "Nämnden vill framhålla detta.",
    "Som ett litet tillägg,", "Vi har funnits i Malmö i trettio år.", "Hej!",
    "Förslaget är i huvudsak bra.",
]  # fmt: skip
AFTER = [
    "", "", "", "", "", "Det är viktigt för oss.", "Vi berättar gärna mer.",
    "Detta bör framgå av planen.", "Tack för att vi fick svara.",
    "Samverkan mellan staden och föreningarna kan bli mycket bättre.",
    "I övrigt har vi inget att erinra.",
]  # fmt: skip


def _misspelt(text: str, chance: Random) -> str:
    """The text as somebody in a hurry writes it: letters swapped, dropped or doubled, å as a."""
    words = text.split(" ")
    for place, word in enumerate(words):
        if len(word) < 5 or chance.random() > 0.25:
            continue
        at = chance.randrange(1, len(word) - 2)
        words[place] = chance.choice(
            [
                word[:at] + word[at + 1] + word[at] + word[at + 2 :],
                word[:at] + word[at + 1 :],
                word[:at] + word[at] + word[at:],
                word.translate(str.maketrans("åäö", "aao")),
            ]
        )
    return " ".join(words)


def _phrased(name: str, chance: Random) -> str:
    """A sentence that could be about anything, with two of the eight words of the theme."""
    sentence = chance.choice(FRAMES).format(
        *chance.sample(" ".join(WORDS[name].split()).split(", "), 2)
    )
    return sentence[0].upper() + sentence[1:]


def passages() -> list[Known]:
    """The passages of 120 answers, in the order of the answers; the same at every call.

    As in real answers some themes are common and some rare, a fifth of the passages is one short
    sentence, every seventh is about two things and every fourth is badly spelt.
    """
    chance = Random(120)
    themes = list(WORDINGS)
    chance.shuffle(themes)
    common = [1 / (1 + place) ** 0.5 for place in range(len(themes))]
    wordings = {theme: lines.strip().splitlines() for theme, lines in WORDINGS.items()}
    for lines in wordings.values():
        chance.shuffle(lines)
    made = []
    for answer in range(ANSWERS):
        for theme in chance.choices(themes, common, k=chance.choice([1, 2, 3, 4, 5, 8])):
            made.append(_passage(answer, theme, wordings, chance))
    return made


def _passage(answer: int, theme: tuple[str, str], wordings: dict, chance: Random) -> Known:
    area = theme[0]
    is_short = chance.random() < 0.2
    is_new = is_short and bool(wordings[theme])
    about = [theme]
    if not is_new and chance.random() < 1 / 7:
        about.append(chance.choice([each for each in WORDINGS if each[0] == area]))
    sentences = []
    for each in about:
        if wordings[each]:
            sentences.append(wordings[each].pop().strip())
        else:
            sentences.append(_phrased(each[1], chance))
    if not is_short:
        sentences += [_phrased(each[1], chance) for each in about]
        sentences = [chance.choice(BEFORE), *sentences, chance.choice(AFTER)]
    text = " ".join(sentences).strip()
    if chance.random() < 0.25:
        text = _misspelt(text, chance)
    if area == WHOLE and chance.random() < 0.4:  # what concerns all is said in an area too
        area = chance.choice([YOUNG, LEISURE, CITY, TALK])
    return Known(answer, area, text, frozenset(about), is_new)
