/*
 * What the core knows of a library: ONE table of operations and an info record. Which of them a library has, its kind
 * decides: one that is null is refused as unsupported. Somebody else's library is linked
 * by writing another file that fills this table; protocol and core stay as they are.
 */
#ifndef NEAI_LIBRARY_H
#define NEAI_LIBRARY_H

#include <stdint.h>

/* What a library does by itself; what it does not, the core does for it or says. */
#define LIBRARY_TELLS_COUNTER 1u   /* its learn counter stands in its knowledge */
#define LIBRARY_TELLS_VERSION 2u   /* the first word of its knowledge is never 0 once it is initialised */
#define LIBRARY_TAKES_SENSITIVITY 4u

typedef struct {
    const char *id;         /* 24 hexadecimal digits */
    const char *kind;       /* "anomaly-detection", "classification" */
    uint8_t api_generation; /* 2, 3, 5: of the library's own functions; what is called here is always the six below */
    uint8_t capabilities;   /* LIBRARY_… */
    uint8_t axes;
    uint32_t buffer_size;     /* samples per axis */
    uint32_t longest_call_ms; /* no call takes longer on this board */
    float *input;             /* the one input buffer, filled before learn and detect */
    uint32_t input_samples;   /* float32 values it takes; at least axes * buffer_size */
    uint8_t *knowledge;       /* section .neai */
    uint32_t knowledge_bytes;
    uint32_t knowledge_version; /* first word of valid knowledge; 0: the library does not tell */
    uint32_t classes;           /* 0: no classification */
} library_info_t;

typedef struct {
    uint32_t (*initialize)(void);
    uint32_t (*learn)(float *signal);
    uint32_t (*detect)(float *signal);
    void (*set_sensitivity)(float sensitivity);
    float (*get_sensitivity)(void);
    uint32_t (*get_status)(void);
    /* Class id from 1, or a code above 100; fills one probability a class. Null: no classification. */
    uint32_t (*classify)(float *signal, float *probabilities);
} library_operations_t;

typedef struct {
    const library_operations_t *operations;
    void (*info)(library_info_t *info);
    /* Learns since initialize, from the knowledge. Null when the library does not tell: then the core counts. */
    uint32_t (*learn_counter)(void);
    /* What the last call of initialize, learn, detect or classify returned before it was translated. Null: the same. */
    uint32_t (*own_code)(void);
} library_t;

extern const library_t library;

#endif
