package org.flatgaze.accel.fallback;

/** Hears when an accelerator is lost and when it is back. Called on working threads: take note and return at once. */
public interface FallbackListener {

    /** Hears nothing. */
    FallbackListener NONE = new FallbackListener() {
        @Override
        public void onLost(String line) {}

        @Override
        public void onReturned(String line) {}
    };

    /**
     * The spare has taken over.
     *
     * @param line what failed, for people
     */
    void onLost(String line);

    /** The accelerator runs again. */
    void onReturned(String line);
}
