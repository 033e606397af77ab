const ADJECTIVES =
  'able agile amber ample azure balmy bold brave breezy bright brisk calm candid cheery civil clean clear clever cosy crisp curious daring deft eager early easy fabled fair fancy fast fearless fine fluent fond frank free fresh frosty gentle gifted glad golden grand happy hardy hearty honest humble ideal jolly keen kind lasting lively loyal lucid lucky mellow merry mighty mild modest neat nimble noble open patient placid plucky polite prime proud quick quiet rapid regal robust rosy sage serene sharp shiny silent silver sleek smart smooth snug solid spry stable steady sturdy subtle sunny swift tidy tranquil true trusty upbeat valiant vast vivid warm wary wise witty zesty'.split(
    ' ',
  );

const ANIMALS =
  'alpaca ant antelope badger bat bear beaver bee bison boar buffalo camel caribou cat cheetah cicada civet cobra condor coyote crab crane cricket crow deer dingo dolphin donkey dove duck eagle egret elk emu falcon ferret finch fox frog gazelle gecko gerbil gibbon giraffe gnu goat goose grouse gull hamster hare hawk hedgehog heron hippo hornet horse hound ibex ibis iguana impala jackal jaguar jay kestrel kiwi koala lark lemur leopard lion lizard llama lobster lynx macaw magpie mantis marmot marten mink mole moose mouse mule newt ocelot octopus okapi orca oryx osprey ostrich otter owl ox oyster panda panther parrot pelican penguin pheasant pigeon plover pony puffin puma quail rabbit raccoon ram raven reindeer rhino robin rook salmon seal shark sheep shrew skunk sloth snail sparrow squid squirrel stag stork swan tapir tiger toad tortoise toucan trout turtle viper vole walrus weasel whale wolf wombat wren yak zebra'.split(
    ' ',
  );

/**
 * A pronounceable alias, `<adjective>-<animal>`.
 *
 * @param random - uniform in [0, 1), called twice
 */
export function drawFreightAlias(random: () => number): string {
  const pick = (words: string[]) => words[Math.floor(random() * words.length)];
  return `${pick(ADJECTIVES)}-${pick(ANIMALS)}`;
}
