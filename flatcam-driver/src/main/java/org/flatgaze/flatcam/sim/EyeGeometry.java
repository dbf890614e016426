package org.flatgaze.flatcam.sim;

/**
 * Where the reference device's camera and lamps are.
 *
 * <p>Device frame: OpenXR view space, +X to the wearer's right, +Y up, -Z forward, in mm; its origin is the nominal centre
 * of rotation of the (right) eye. The camera's picture is upright and not mirrored, as an onlooker sees the wearer: +X of
 * the device lies to the left in the picture, so an eye that looks right moves its pupil left.
 */
public final class EyeGeometry {

    /** Width and height of the scene, pixels. */
    public static final int SIZE = 256;

    /** Depth at which the picture spans {@link #FIELD_MM}, mm. */
    public static final double CALIBRATION_DEPTH_MM = 35;

    /** Side of the square that the picture shows at the calibration depth, mm. */
    public static final double FIELD_MM = 42;

    /** Pitch of one pixel at the calibration depth, mm. */
    public static final double PIXEL_MM = FIELD_MM / SIZE;

    /** Picture coordinate of the optical axis, pixels: pixel centres are whole numbers. */
    public static final double PRINCIPAL_POINT = (SIZE - 1) / 2.0;

    /** From the centre of rotation to the apex of the cornea, mm (Fry and Hill 1962: 13.5 mm and near). */
    public static final double ROTATION_TO_APEX_MM = 13.5;

    /** From the apex to the nominal entrance pupil, mm (Gullstrand's schematic eye: 3.05 mm). */
    public static final double APEX_TO_ENTRANCE_PUPIL_MM = 3.05;

    /** Refractive index of the aqueous humour; the cornea is taken as one surface (Gullstrand's simplified eye). */
    public static final double REFRACTIVE_INDEX = 1.336;

    /** How far below the eye's straight-ahead line the camera sits, degrees. */
    public static final double CAMERA_BELOW_DEG = 15;

    /** How far towards the temple the camera sits, degrees. */
    public static final double CAMERA_TEMPORAL_DEG = 3;

    /** Lamps on the ring. */
    public static final int LED_COUNT = 6;

    /** Radius of the lamp ring around the mask, mm. */
    public static final double LED_RING_MM = 11;

    private EyeGeometry() {}

    /** Nominal entrance pupil of an eye that looks straight ahead, device frame, mm. */
    public static double[] nominalPupil() {
        return new double[] {0, 0, -(ROTATION_TO_APEX_MM - APEX_TO_ENTRANCE_PUPIL_MM)};
    }

    /** Nominal centre of the mask, device frame, mm: 35 mm from the nominal entrance pupil. */
    public static double[] cameraPosition() {
        double[] forward = cameraForward();
        double[] pupil = nominalPupil();
        for (int axis = 0; axis < 3; axis++) {
            pupil[axis] -= CALIBRATION_DEPTH_MM * forward[axis];
        }
        return pupil;
    }

    /** Unit vector along the nominal optical axis, from the mask to the eye, device frame. */
    public static double[] cameraForward() {
        double below = Math.toRadians(CAMERA_BELOW_DEG);
        double temporal = Math.toRadians(CAMERA_TEMPORAL_DEG);
        return new double[] {
            -Math.sin(temporal) * Math.cos(below), Math.sin(below), Math.cos(temporal) * Math.cos(below)
        };
    }

    /** Offset of a lamp from the mask centre along the picture's x (right), mm. */
    public static double ledRightMm(int led) {
        return LED_RING_MM * Math.cos(Math.toRadians(30 + 360.0 * led / LED_COUNT));
    }

    /** Offset of a lamp from the mask centre along the picture's up direction, mm. */
    public static double ledUpMm(int led) {
        return LED_RING_MM * Math.sin(Math.toRadians(30 + 360.0 * led / LED_COUNT));
    }

    /** Picture column of a point given in camera coordinates (x right, z depth), pixels. */
    public static double column(double xMm, double zMm) {
        return xMm / zMm * (CALIBRATION_DEPTH_MM / PIXEL_MM) + PRINCIPAL_POINT;
    }

    /** Picture row of a point given in camera coordinates (y up, z depth), pixels. */
    public static double row(double yMm, double zMm) {
        return -yMm / zMm * (CALIBRATION_DEPTH_MM / PIXEL_MM) + PRINCIPAL_POINT;
    }
}
