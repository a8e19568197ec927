/* A linear model that learns from one row at a time: normalised least mean squares on standardised features. */
#ifndef LMS_H
#define LMS_H

#include <stddef.h>
#include <stdint.h>

typedef struct lms lms;

/* A model of so many features, all of its weights 0; NULL where there is no memory. */
lms *lms_new(size_t features);
void lms_free(lms *model);
size_t lms_features(const lms *model);

/* Takes a row into the mean and the spread of each feature. All rows are observed before the first is learnt:
   features differ in scale, and the largest would drown the others. */
void lms_observe(lms *model, const double *row);
/* Moves the weights towards `target` by a share `rate` of the error. */
void lms_learn(lms *model, const double *row, double target, double rate);
/* Reads the model only: several threads may predict on one model at once. */
double lms_predict(const lms *model, const double *row);

/* The model as bytes: `lms_size` of them, written by `lms_write`. */
size_t lms_size(const lms *model);
void lms_write(const lms *model, uint8_t *bytes);
/* NULL where the bytes are not those of a whole model. */
lms *lms_read(const uint8_t *bytes, size_t size);

#endif
