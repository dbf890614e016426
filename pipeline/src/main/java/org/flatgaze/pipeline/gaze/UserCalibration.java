package org.flatgaze.pipeline.gaze;

/**
 * A user's map from the direction a network gives to the direction the user looks in. Immutable; any thread.
 */
public interface UserCalibration {

    /** Changes nothing: for users who are not calibrated. */
    UserCalibration IDENTITY = new UserCalibration() {
        @Override
        public String id() {
            return "none";
        }

        @Override
        public void apply(float[] direction) {
            // The network's direction stands.
        }
    };

    /** Short id for messages; {@code "none"} for the identity. */
    String id();

    /**
     * Corrects a direction in place; must not allocate.
     *
     * @param direction unit vector (x, y, z) in OpenXR view space; must be a unit vector again on return
     */
    void apply(float[] direction);
}
