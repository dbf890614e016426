package org.flatgaze.flatcam.sim;

/**
 * One wearing of the headset: how the head has slipped against the device, and how camera and lamps of this device differ
 * from the nominal ones. A head point {@code h} lies at {@code rotation h + translation} in the device frame. Immutable.
 */
public final class Session {

    /** Slip along each axis in an ordinary session, mm, largest. */
    public static final double DEFAULT_SLIP_MM = 1.5;

    /** Slip about each axis in an ordinary session, degrees, largest. */
    public static final double DEFAULT_SLIP_DEG = 2;

    private final double[] translationMm = new double[3];
    private final double[] rotation;
    private final double[] cameraOffsetMm = new double[3];
    private final double[] cameraRotation;
    private final double[] ledGains = new double[EyeGeometry.LED_COUNT];
    private final double gain;
    private final double ambient;
    private final double ambientYawDeg;

    private Session(Person person, long seed, double slipMm, double slipDeg) {
        Draws draws = new Draws(NoiseFields.mix(person.seed(), NoiseFields.mix(seed, 77)));
        for (int axis = 0; axis < 3; axis++) {
            translationMm[axis] = slipMm * draws.uniform(-1, 1);
        }
        rotation = Rotations.ofAngles(
                slipDeg * draws.uniform(-1, 1), slipDeg * draws.uniform(-1, 1), slipDeg * draws.uniform(-1, 1));
        for (int axis = 0; axis < 3; axis++) {
            cameraOffsetMm[axis] = draws.normal(0, 0.1, -0.3, 0.3);
        }
        cameraRotation = Rotations.ofAngles(
                draws.normal(0, 0.15, -0.5, 0.5), draws.normal(0, 0.15, -0.5, 0.5), draws.normal(0, 0.25, -0.8, 0.8));
        for (int led = 0; led < ledGains.length; led++) {
            ledGains[led] = draws.normal(1, 0.08, 0.75, 1.25);
        }
        gain = draws.normal(1, 0.07, 0.8, 1.2);
        ambient = draws.chance(0.5) ? draws.uniform(0, 0.15) : 0.01;
        ambientYawDeg = draws.uniform(-60, 60);
    }

    /** An ordinary session: slip of up to 1.5 mm and 2 degrees along and about each axis. */
    public static Session of(Person person, long seed) {
        return of(person, seed, DEFAULT_SLIP_MM, DEFAULT_SLIP_DEG);
    }

    /**
     * A session with chosen slip.
     *
     * @param slipMm largest translation along each axis, mm, at least 0
     * @param slipDeg largest turn about each axis, degrees, at least 0
     * @throws IllegalArgumentException if one is negative or not a number
     */
    public static Session of(Person person, long seed, double slipMm, double slipDeg) {
        if (!(slipMm >= 0 && slipDeg >= 0)) {
            throw new IllegalArgumentException(
                    "slipMm=" + slipMm + " slipDeg=" + slipDeg + ": expected both to be at least 0");
        }
        return new Session(person, seed, slipMm, slipDeg);
    }

    /** Translation of the head in the device frame along an axis (0 right, 1 up, 2 back), mm. */
    public double translationMm(int axis) {
        return translationMm[axis];
    }

    /** Entry of the rotation from head to device frame. */
    public double rotation(int row, int column) {
        return rotation[3 * row + column];
    }

    /** Brightness of the lamps together, 1 nominal. */
    public double gain() {
        return gain;
    }

    /** Brightness of one lamp against the others, 1 nominal. */
    public double ledGain(int led) {
        return ledGains[led];
    }

    /** Room light on a surface that faces it, as radiance of white. */
    public double ambient() {
        return ambient;
    }

    double ambientYawDeg() {
        return ambientYawDeg;
    }

    double[] rotationMatrix() {
        return rotation;
    }

    double cameraOffsetMm(int axis) {
        return cameraOffsetMm[axis];
    }

    double[] cameraRotationMatrix() {
        return cameraRotation;
    }
}
