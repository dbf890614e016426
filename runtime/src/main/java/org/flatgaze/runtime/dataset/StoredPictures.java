package org.flatgaze.runtime.dataset;

/** How pictures become the bytes of a set. */
final class StoredPictures {

    /** Linear radiance that becomes 255 in the stored lens picture; brighter is clipped, as in a real exposure. */
    private static final float LENS_WHITE = 1.4f;

    private StoredPictures() {}

    /** Writes a reconstruction as {@code 96 + 32 z}, z standardised over the picture. */
    static void reconstruction(float[] picture, byte[] out, int offset) {
        double sum = 0;
        double squares = 0;
        for (float v : picture) {
            sum += v;
            squares += (double) v * v;
        }
        double mean = sum / picture.length;
        double deviation = Math.sqrt(Math.max(squares / picture.length - mean * mean, 1e-20));
        float gain = (float) (DatasetFormat.LEVELS_PER_SIGMA / deviation);
        float level = (float) (DatasetFormat.ZERO_LEVEL - mean * gain) + 0.5f;
        for (int i = 0; i < picture.length; i++) {
            out[offset + i] = (byte) (int) Math.clamp(level + gain * picture[i], 0f, 255f);
        }
    }

    /** Writes the radiance of a scene as a lens would show it. */
    static void lens(float[] radiance, byte[] out, int offset) {
        for (int i = 0; i < radiance.length; i++) {
            out[offset + i] = (byte) (int) Math.clamp(radiance[i] * (255f / LENS_WHITE) + 0.5f, 0f, 255f);
        }
    }
}
