/* Cases of classification: a classifier out of words, then signals. See test/parity/classifier-cases.ts. */
#include "parity.h"

#define MOST_CLASSES 100u

static neai_word state[2];
static float probabilities[MOST_CLASSES];

/** Reads a classifier; returns the words of work memory it needs, 0 when it does not fit the static memory here. */
static uint32_t read_classifier(parity_tape *t, neai_classifier *classifier)
{
    classifier->signal_length = parity_next(t);
    uint32_t work_words = parity_next(t);
    classifier->version = parity_next(t);
    classifier->score = parity_class_kernels[parity_next(t)];
    classifier->dimension = parity_next(t);
    classifier->classes = parity_next(t);
    classifier->option = parity_next(t);
    classifier->scores_word = parity_next(t);
    classifier->work_word = parity_next(t);
    classifier->sharpness.u = parity_next(t);
    uint32_t words = parity_next(t);
    classifier->words = parity_take(t, words);
    classifier->stage_count = parity_next(t);
    if (classifier->stage_count > PARITY_MOST_STAGES || work_words > PARITY_WORK_WORDS ||
        classifier->classes > MOST_CLASSES || classifier->signal_length > PARITY_SIGNAL_WORDS) {
        return 0;
    }
    classifier->stages = parity_read_stages(t, classifier->stage_count);
    classifier->state = state;
    return work_words;
}

void parity_play_classifier(parity_tape *t)
{
    neai_classifier classifier;
    uint32_t work_words = read_classifier(t, &classifier);
    if (work_words == 0u) {
        t->at = t->count;
        return;
    }
    state[0].u = 0;
    state[1].u = 0;
    uint32_t calls = parity_next(t);
    for (uint32_t i = 0; i < calls; i++) {
        const neai_word *words = parity_take(t, classifier.signal_length);
        /* The first call comes before initialize. */
        if (i == 1u) {
            parity_put(t, neai_classifier_initialize(&classifier));
        }
        float *signal = parity_signal(words, classifier.signal_length);
        classifier.work = parity_poisoned_work(work_words);
        uint32_t code = neai_classify(&classifier, signal, probabilities);
        for (uint32_t w = 0; w < classifier.signal_length; w++) {
            if (neai_bits(signal[w]) != words[w].u) {
                code = 0xbadu;
            }
        }
        parity_put(t, code);
        parity_put(t, state[0].u);
        for (uint32_t c = 0; c < classifier.classes; c++) {
            parity_put(t, neai_bits(probabilities[c]));
        }
        if (code > classifier.classes) {
            continue;
        }
        classifier.work = parity_poisoned_work(work_words);
        const float *scores = neai_class_scores(&classifier, signal);
        for (uint32_t c = 0; c < classifier.classes; c++) {
            parity_put(t, neai_bits(scores[c]));
        }
    }
}
