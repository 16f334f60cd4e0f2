/** What the scripted model understands of the sentences in workload.ts. */
export const STATED = /^My (\w+) is (?!no more)([^.]+)\.(?: Since (\d{4}-\d\d-\d\d)\.)?/;
export const THING_ENDED = /^My (\w+) is no more\./;
export const QUESTION = /^What was my (\w+)\?/;
export const HABIT = /^Every (\w+) I ([^.]+)\./;
export const QUIT = /^I gave up my (\w+) habit\./;
export const IDENTITY = /^For the record, my (\w+) is ([^.]+)\./;
export const LIKING = /^When it comes to (\w+) I like ([^.]+)\./;
export const TRAIT = /\(I feel (\w+) (\d)\)/;
