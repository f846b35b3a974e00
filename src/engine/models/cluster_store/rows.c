/* As kernel.c beside this file, of many rows. */
#include "neai_prototypes_rows.h"

NEAI_MODEL_ROWS(neai_model_cluster_store);

void neai_model_cluster_store_rows(const neai_model *model, const neai_word *state, uint32_t count,
                         const neai_rows *rows, float *scores, float *work)
{
    (void)count;
    neai_prototypes_rows(model, state, rows, scores, work);
}
