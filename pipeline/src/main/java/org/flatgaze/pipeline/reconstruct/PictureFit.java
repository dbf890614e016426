package org.flatgaze.pipeline.reconstruct;

/**
 * How close a picture comes to a reference, after what a lensless picture leaves open is removed: negative values are
 * clipped and one gain is fitted by least squares.
 *
 * @param correlation Pearson's, -1..1; NaN where one of the two is flat
 * @param psnrDb against a peak of {@code peak}, decibel
 * @param gain least-squares factor on the clipped picture
 */
public record PictureFit(double correlation, double psnrDb, double gain) {

    /**
     * Compares two pictures of the same shape.
     *
     * @param picture not clipped yet
     * @param reference same length
     * @param peak largest possible value of the reference
     */
    public static PictureFit of(float[] picture, float[] reference, double peak) {
        if (picture.length != reference.length || picture.length == 0) {
            throw new IllegalArgumentException("picture.length=" + picture.length + " reference.length="
                    + reference.length + ": expected the same, more than 0");
        }
        int n = picture.length;
        double sx = 0;
        double sy = 0;
        double sxx = 0;
        double sxy = 0;
        double syy = 0;
        for (int i = 0; i < n; i++) {
            double x = Math.max(picture[i], 0);
            double y = reference[i];
            sx += x;
            sy += y;
            sxx += x * x;
            sxy += x * y;
            syy += y * y;
        }
        double gain = sxx > 0 ? sxy / sxx : 0;
        double meanSquaredError = Math.max(0, syy - gain * sxy) / n;
        double correlation = (sxy - sx * sy / n) / Math.sqrt((sxx - sx * sx / n) * (syy - sy * sy / n));
        return new PictureFit(correlation, 10 * Math.log10(peak * peak / meanSquaredError), gain);
    }
}
