/** The package comes without types. */
declare module "stopword" {
  type List = readonly string[];
  export const dan: List,
    deu: List,
    fin: List,
    fra: List,
    ita: List,
    nld: List,
    nob: List,
    por: List,
    ron: List,
    rus: List,
    spa: List,
    swe: List,
    tur: List;
}
