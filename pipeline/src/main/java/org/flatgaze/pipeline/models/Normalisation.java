package org.flatgaze.pipeline.models;

import java.util.Optional;

/** What is done to a picture before a network sees it; the training recipe does the same. */
public enum Normalisation {
    /** {@code (x - mean) / max(sd, 1e-6)} over the whole picture, population standard deviation. */
    STANDARDIZE("standardize"),
    /** The picture as reconstructed. */
    NONE("none");

    private final String manifestName;

    Normalisation(String manifestName) {
        this.manifestName = manifestName;
    }

    /** The word used in the manifest. */
    public String manifestName() {
        return manifestName;
    }

    /** The normalisation with this manifest name, or empty. */
    static Optional<Normalisation> named(String name) {
        for (Normalisation candidate : values()) {
            if (candidate.manifestName.equals(name)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }
}
