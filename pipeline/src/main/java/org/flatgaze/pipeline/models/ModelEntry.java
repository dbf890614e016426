package org.flatgaze.pipeline.models;

import java.util.Map;
import org.flatgaze.accel.TensorSpec;

/**
 * One model of the manifest.
 *
 * @param id short id such as {@code "fbnet-c100"}
 * @param file name of the ONNX file, relative to the model directory
 * @param sha256 digest of that file, 64 lower-case hexadecimal digits
 * @param input the only input: float pictures, NCHW
 * @param normalisation what is done to a picture before it enters
 * @param output the only output
 * @param parameters trained values; 0 when the manifest does not say
 * @param macs multiply-accumulates per run; 0 when the manifest does not say
 * @param filterId id of the reconstruction filter that made the training pictures; empty when the manifest does not say
 * @param training what the manifest says about the training data and recipe, as text
 * @param metrics measured figures, units in their names
 * @param licence licence of the weights
 */
public record ModelEntry(
        String id,
        String file,
        String sha256,
        TensorSpec input,
        Normalisation normalisation,
        TensorSpec output,
        long parameters,
        long macs,
        String filterId,
        Map<String, String> training,
        Map<String, Double> metrics,
        String licence) {
    public ModelEntry {
        if (sha256.length() != 64 || !sha256.chars().allMatch(c -> Character.digit(c, 16) >= 0)) {
            throw new IllegalArgumentException("sha256=" + sha256 + ": expected 64 hexadecimal digits");
        }
        training = Map.copyOf(training);
        metrics = Map.copyOf(metrics);
    }
}
