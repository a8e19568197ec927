#include "lms.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Marks the bytes of a saved model; a machine of another byte order reads another number. */
static const uint64_t MAGIC = 0x31304d4c20434e41;

typedef struct {
    double mean;
    double squares; /* sum of squared distances from the mean */
    double weight;
} feature;

struct lms {
    size_t features;
    double rows;
    double bias;
    feature each[];
};

lms *lms_new(size_t features) {
    if (features > (SIZE_MAX - sizeof(lms)) / sizeof(feature)) {
        return NULL;
    }
    lms *model = calloc(1, sizeof(lms) + features * sizeof(feature));
    if (model != NULL) {
        model->features = features;
    }
    return model;
}

void lms_free(lms *model) { free(model); }

size_t lms_features(const lms *model) { return model->features; }

void lms_observe(lms *model, const double *row) {
    model->rows += 1.0;
    for (size_t i = 0; i < model->features; i++) {
        feature *f = &model->each[i];
        double distance = row[i] - f->mean;
        f->mean += distance / model->rows;
        f->squares += distance * (row[i] - f->mean);
    }
}

/* A value in standard deviations from its mean; 0 where the feature never varied. */
static double standard(const lms *model, size_t i, double value) {
    const feature *f = &model->each[i];
    return f->squares > 0.0 ? (value - f->mean) / sqrt(f->squares / model->rows) : 0.0;
}

void lms_learn(lms *model, const double *row, double target, double rate) {
    double power = 1.0;
    for (size_t i = 0; i < model->features; i++) {
        double value = standard(model, i, row[i]);
        power += value * value;
    }
    double step = rate * (target - lms_predict(model, row)) / power;
    model->bias += step;
    for (size_t i = 0; i < model->features; i++) {
        model->each[i].weight += step * standard(model, i, row[i]);
    }
}

double lms_predict(const lms *model, const double *row) {
    double sum = model->bias;
    for (size_t i = 0; i < model->features; i++) {
        sum += model->each[i].weight * standard(model, i, row[i]);
    }
    return sum;
}

size_t lms_size(const lms *model) { return sizeof MAGIC + sizeof(lms) + model->features * sizeof(feature); }

void lms_write(const lms *model, uint8_t *bytes) {
    memcpy(bytes, &MAGIC, sizeof MAGIC);
    memcpy(bytes + sizeof MAGIC, model, lms_size(model) - sizeof MAGIC);
}

lms *lms_read(const uint8_t *bytes, size_t size) {
    uint64_t magic;
    lms head;
    if (size < sizeof magic + sizeof head) {
        return NULL;
    }
    memcpy(&magic, bytes, sizeof magic);
    memcpy(&head, bytes + sizeof magic, sizeof head);
    size_t rest = size - sizeof magic - sizeof head;
    if (magic != MAGIC || rest % sizeof(feature) != 0 || head.features != rest / sizeof(feature)) {
        return NULL;
    }
    lms *model = lms_new(head.features);
    if (model != NULL) {
        memcpy(model, bytes + sizeof magic, sizeof head + rest);
    }
    return model;
}
