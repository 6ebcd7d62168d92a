"""The words by which a file says what kind of body each row is."""

from remiss.models import Kind
from remiss.text import search_key

# Words as search keys. The labels of the kinds are among them.
KIND_WORDS: dict[str, Kind] = {search_key(str(kind.label)): kind for kind in Kind} | {
    word: kind
    for kind, words in {
        Kind.ASSOCIATION: "ideell förening|föreningar|idrottsförening|kulturförening|förbund|ek för"
        "|ekonomisk förening|civilsamhälle|civilsamhället|idéburen|idéburen organisation|ideell"
        "|ideell organisation",
        Kind.UMBRELLA: "paraply|metaorganisation|paraplyorganisationer|samorganisation"
        "|samarbetsorganisation|nätverksorganisation",
        Kind.OTHER_CIVIL: "nätverk|stiftelse|insamlingsstiftelse|studieförbund|trossamfund|samfund"
        "|församling|folkhögskola|registrerat trossamfund|annan idéburen|övrig idéburen"
        "|övriga idéburna|socialt företag",
        Kind.BOARD: "nämnder|kommunal nämnd|facknämnd|kommunstyrelse|kommunstyrelsen|styrelse"
        "|politisk nämnd",
        Kind.DEPARTMENT: "förvaltningar|kommunal förvaltning|stadskontor|stadskontoret|kontor"
        "|avdelning",
        Kind.COMPANY: "bolag|ab|aktiebolag|kommunala bolag|stadens bolag|helägt bolag",
        Kind.COUNCIL: "rådgivande råd|råden|pensionärsråd|funktionsrättsråd|funktionshinderråd"
        "|ungdomsråd|rådgivande organ",
        Kind.OTHER_BODY: "myndighet|myndigheter|statlig myndighet|region|regionen|länsstyrelse"
        "|länsstyrelsen|universitet|högskola|lärosäte|kommun|annan myndighet|annan organisation"
        "|annan|annat|övrig|övriga|övrigt|företag|privat företag|näringsliv|fackförbund"
        "|fackförening|fack|facklig organisation|stat|polis|polisen|kyrka",
        Kind.PRIVATE: "privat|privatpersoner|person|enskild|medborgare|invånare",
    }.items()
    for word in words.split("|")
}
