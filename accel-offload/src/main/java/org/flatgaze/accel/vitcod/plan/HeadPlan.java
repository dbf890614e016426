package org.flatgaze.accel.vitcod.plan;

import org.flatgaze.accel.vitcod.attention.AttentionPattern;

/**
 * What was chosen for one head.
 *
 * @param layer layer in the mask file
 * @param head head in the layer
 * @param pattern the compiled pattern; its variant is the choice
 * @param predictedMicros the model's cost of the choice
 * @param predictedDenseMicros the model's cost of dense execution
 * @param measured dense (first) against the choice (second), measured here
 */
public record HeadPlan(
        int layer,
        int head,
        AttentionPattern pattern,
        double predictedMicros,
        double predictedDenseMicros,
        PairedTiming measured) {}
