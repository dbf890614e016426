package org.flatgaze.flatcam.sim;

/**
 * From light to counts: what a bare sensor adds to a clean frame.
 *
 * @param bits of the converter, 8..16
 * @param fullWellElectrons electrons that reach the largest count
 * @param readNoiseElectrons standard deviation per pixel and frame
 * @param whiteFraction share of the full well that the brightest pixel reaches under automatic exposure
 * @param blackLevelCounts counts of an unlit pixel
 * @param rowOffsetCounts standard deviation of the fixed offset of a row
 * @param columnOffsetCounts standard deviation of the fixed offset of a column
 * @param responseSpread standard deviation of a pixel's relative sensitivity (photo-response non-uniformity)
 * @param deviceSeed picks one individual device: its offsets and sensitivities
 */
public record SensorModel(
        int bits,
        double fullWellElectrons,
        double readNoiseElectrons,
        double whiteFraction,
        double blackLevelCounts,
        double rowOffsetCounts,
        double columnOffsetCounts,
        double responseSpread,
        long deviceSeed) {

    /** The reference device: 10 bit, full well 10,000 e-, read noise 5 e-, white at 80 % of full scale. */
    public static final SensorModel REFERENCE = new SensorModel(10, 10_000, 5, 0.8, 64, 0.5, 0.5, 0.003, 1);

    public SensorModel {
        if (bits < 8 || bits > 16) {
            throw new IllegalArgumentException("bits=" + bits + ": expected 8..16");
        }
        if (!(fullWellElectrons > 0)) {
            throw new IllegalArgumentException("fullWellElectrons=" + fullWellElectrons + ": expected more than 0");
        }
        requireNotNegative("readNoiseElectrons", readNoiseElectrons);
        requireNotNegative("rowOffsetCounts", rowOffsetCounts);
        requireNotNegative("columnOffsetCounts", columnOffsetCounts);
        requireNotNegative("responseSpread", responseSpread);
        if (!(whiteFraction > 0 && whiteFraction <= 1)) {
            throw new IllegalArgumentException("whiteFraction=" + whiteFraction + ": expected above 0 and at most 1");
        }
        if (!(blackLevelCounts >= 0 && blackLevelCounts < (1 << bits) / 2.0)) {
            throw new IllegalArgumentException(
                    "blackLevelCounts=" + blackLevelCounts + ": expected 0 to half of the counts of " + bits + " bits");
        }
    }

    /** Largest count. */
    public int maxValue() {
        return (1 << bits) - 1;
    }

    /** Conversion gain: the full well spans the counts above the black level. */
    public double countsPerElectron() {
        return (maxValue() - blackLevelCounts) / fullWellElectrons;
    }

    /** The same sensor with another full well and read noise, electrons. */
    public SensorModel withNoise(double fullWell, double readNoise) {
        return new SensorModel(
                bits,
                fullWell,
                readNoise,
                whiteFraction,
                blackLevelCounts,
                rowOffsetCounts,
                columnOffsetCounts,
                responseSpread,
                deviceSeed);
    }

    /** The same kind of sensor, another individual. */
    public SensorModel withDeviceSeed(long seed) {
        return new SensorModel(
                bits,
                fullWellElectrons,
                readNoiseElectrons,
                whiteFraction,
                blackLevelCounts,
                rowOffsetCounts,
                columnOffsetCounts,
                responseSpread,
                seed);
    }

    private static void requireNotNegative(String name, double value) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(name + "=" + value + ": expected 0 or more");
        }
    }
}
