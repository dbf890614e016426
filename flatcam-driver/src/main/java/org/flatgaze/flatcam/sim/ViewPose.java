package org.flatgaze.flatcam.sim;

/**
 * Camera, head and eye of one picture in each other's frames. The ray of a picture point is {@code c + depth * (right X + up
 * Y + forward)} with {@code X}, {@code Y} the tangents of the point. Mutable, reused, one thread.
 */
final class ViewPose {

    /** Tangent per pixel. */
    static final float TANGENT = (float) (EyeGeometry.PIXEL_MM / EyeGeometry.CALIBRATION_DEPTH_MM);

    /** Camera centre, then its right, up and forward axes, in the head frame: 4 x 3. */
    final double[] head = new double[12];

    /** The same in the eye's frame, whose axes are right, up and forward along the optical axis: 4 x 3. */
    final double[] eye = new double[12];

    /** The eye's right, up and forward (optical) axes in the head frame: 3 x 3, one a row. */
    final double[] eyeAxes = new double[9];

    /** Lamps in the head frame, lamps x 3, mm. */
    final double[] lampsHead = new double[3 * EyeGeometry.LED_COUNT];

    /** Lamps in the eye's frame, lamps x 3, mm. */
    final double[] lampsEye = new double[3 * EyeGeometry.LED_COUNT];

    /** Visual axis in the device frame. */
    final double[] gaze = new double[3];

    /** Optical axis in the device frame. */
    final double[] opticalAxis = new double[3];

    private static final double[] CAMERA = EyeGeometry.cameraPosition();
    private static final double[] FORWARD = EyeGeometry.cameraForward();
    private static final double[] RIGHT = horizontal(FORWARD);
    private static final double[] UP = cross(RIGHT, FORWARD);

    private final double[] device = new double[12];
    private final double[] visual = new double[9];
    private final double[] kappa = new double[9];
    private final double[] eyeMatrix = new double[9];
    private final double[] a = new double[3];
    private final double[] b = new double[3];

    void set(Person person, Session session, EyeState state) {
        Rotations.direction(state.yawDeg, state.pitchDeg, a);
        Rotations.apply(session.rotationMatrix(), a, gaze);
        Rotations.fromForward(a, visual);
        Eyeball ball = person.eyeball();
        // The right eye's visual axis lies nasal of and above the optical axis, so the optical axis lies temporal and
        // below.
        Rotations.direction(ball.kappaHorizontalDeg(), -ball.kappaVerticalDeg(), a);
        Rotations.fromForward(a, kappa);
        Rotations.multiply(visual, kappa, eyeMatrix);
        for (int axis = 0; axis < 3; axis++) {
            eyeAxes[axis] = eyeMatrix[3 * axis];
            eyeAxes[3 + axis] = eyeMatrix[3 * axis + 1];
            eyeAxes[6 + axis] = -eyeMatrix[3 * axis + 2];
            a[axis] = eyeAxes[6 + axis];
        }
        Rotations.apply(session.rotationMatrix(), a, opticalAxis);
        placeCamera(session);
        toHead(session, device, head, 4);
        toEye(head, eye, 4);
        placeLamps();
    }

    private void placeCamera(Session session) {
        for (int axis = 0; axis < 3; axis++) {
            device[axis] = CAMERA[axis] + session.cameraOffsetMm(axis);
        }
        turned(session, RIGHT, 3);
        turned(session, UP, 6);
        turned(session, FORWARD, 9);
    }

    private void turned(Session session, double[] axis, int at) {
        Rotations.apply(session.cameraRotationMatrix(), axis, b);
        System.arraycopy(b, 0, device, at, 3);
    }

    /** The first vector is a point, the rest are directions. */
    private void toHead(Session session, double[] from, double[] to, int vectors) {
        for (int vector = 0; vector < vectors; vector++) {
            for (int axis = 0; axis < 3; axis++) {
                a[axis] = from[3 * vector + axis] - (vector == 0 ? session.translationMm(axis) : 0);
            }
            Rotations.applyInverse(session.rotationMatrix(), a, b);
            System.arraycopy(b, 0, to, 3 * vector, 3);
        }
    }

    /** Both frames share their origin, so points and directions turn alike. */
    private void toEye(double[] from, double[] to, int vectors) {
        for (int vector = 0; vector < vectors; vector++) {
            for (int axis = 0; axis < 3; axis++) {
                to[3 * vector + axis] = eyeAxes[3 * axis] * from[3 * vector]
                        + eyeAxes[3 * axis + 1] * from[3 * vector + 1]
                        + eyeAxes[3 * axis + 2] * from[3 * vector + 2];
            }
        }
    }

    private void placeLamps() {
        for (int led = 0; led < EyeGeometry.LED_COUNT; led++) {
            for (int axis = 0; axis < 3; axis++) {
                lampsHead[3 * led + axis] = head[axis]
                        + EyeGeometry.ledRightMm(led) * head[3 + axis]
                        + EyeGeometry.ledUpMm(led) * head[6 + axis];
            }
        }
        toEye(lampsHead, lampsEye, EyeGeometry.LED_COUNT);
    }

    /** Depth of a head point along the optical axis, mm. */
    double depthOf(double x, double y, double z) {
        return (x - head[0]) * head[9] + (y - head[1]) * head[10] + (z - head[2]) * head[11];
    }

    /** Picture column of a head point whose depth is known. */
    double columnOf(double x, double y, double z, double depth) {
        return EyeGeometry.column((x - head[0]) * head[3] + (y - head[1]) * head[4] + (z - head[2]) * head[5], depth);
    }

    /** Picture row of a head point whose depth is known. */
    double rowOf(double x, double y, double z, double depth) {
        return EyeGeometry.row((x - head[0]) * head[6] + (y - head[1]) * head[7] + (z - head[2]) * head[8], depth);
    }

    /** The camera's right axis: level, as the camera sees it (forward x up). */
    private static double[] horizontal(double[] forward) {
        double[] right = cross(forward, new double[] {0, 1, 0});
        double length = Math.sqrt(right[0] * right[0] + right[1] * right[1] + right[2] * right[2]);
        return new double[] {right[0] / length, right[1] / length, right[2] / length};
    }

    private static double[] cross(double[] p, double[] q) {
        return new double[] {p[1] * q[2] - p[2] * q[1], p[2] * q[0] - p[0] * q[2], p[0] * q[1] - p[1] * q[0]};
    }
}
