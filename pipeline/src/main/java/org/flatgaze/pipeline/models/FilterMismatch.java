package org.flatgaze.pipeline.models;

/**
 * A network about to see pictures of another reconstruction filter than the one it was trained and evaluated with.
 * It will run, but its published error does not hold.
 *
 * @param modelId the model
 * @param trainedWith id of the filter in the manifest; empty when the manifest does not say
 * @param actual id of the filter in use
 */
public record FilterMismatch(String modelId, String trainedWith, String actual) {

    /** One line for the log or the alert topic. */
    public String message() {
        String expected = trainedWith.isEmpty() ? "no filter the manifest names" : "filter " + trainedWith;
        return "model " + modelId + " was trained with " + expected + " but the reconstruction uses filter " + actual
                + ": its published error does not hold; evaluate or train it again, or use its filter";
    }
}
