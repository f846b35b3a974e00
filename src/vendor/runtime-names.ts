/**
 * Names that the linker finds in libgcc, and in newlib without an operating system below it: arithmetic the core cannot
 * do, memory and text, mathematics. What allocates or prints is not among them: the firmware has no heap and no files.
 */
const COMPILER_SUPPORT =
  '__(aeabi|gnu|popcount|clz|ctz|bswap|div|mod|udiv|umod|mul|ash|lsh|cmp|ucmp|fix|float|add|sub|neg|eq|ne|lt|le|gt|ge|unord|trunc|extend)\\w*';
const MEMORY =
  'mem(cpy|set|move|cmp|chr)|str(len|cpy|ncpy|cmp|ncmp|cat|ncat|chr|rchr|str)|abs|labs|qsort|bsearch|__errno|__assert_func_never';
const MATHEMATICS =
  '(a?(cos|sin|tan)h?|atan2|exp|exp2|expm1|log|log2|log10|log1p|pow|sqrt|cbrt|hypot|fabs|fmax|fmin|fmod|fdim|fma|floor|ceil|round|lround|llround|trunc|rint|lrint|nearbyint|ldexp|frexp|modf|scalbn|copysign|erf|erfc|tgamma|lgamma|remainder|remquo|ilogb|logb|nan|nextafter)f?';

export const LINKED_RUNTIME = new RegExp(
  `^(${COMPILER_SUPPORT}|${MEMORY}|${MATHEMATICS}|__ieee754_\\w+|__math_\\w+)$`,
);
