package org.flatgaze.flatcam.sim;

/**
 * The lamps' mirror images on the wet eye. On a sphere the mirror point is where the normal halves the angle between camera
 * and lamp; it is found by iteration. Mutable, reused, one thread.
 */
final class GlintPainter {

    private static final int SIZE = EyeGeometry.SIZE;

    private final double[] point = new double[3];

    void paint(Eyeball ball, Session session, ViewPose pose, LashPainter lashes, EyeScene out) {
        double limbusPlane = ball.limbusPlaneMm();
        for (int led = 0; led < EyeGeometry.LED_COUNT; led++) {
            double strength = session.gain() * session.ledGain(led);
            mirror(ball.corneaCentreMm(), ball.corneaRadiusMm(), led, pose);
            // Towards the limbus the cornea flattens and its mirror image spreads.
            double onCornea = Math.clamp((point[2] - limbusPlane) / 0.25, 0, 1);
            if (onCornea > 0) {
                spot(pose, lashes, out, 4.2 * strength * onCornea, 0.62);
                spot(pose, lashes, out, 0.25 * strength * onCornea, 1.9);
            }
            mirror(ball.scleraCentreMm(), ball.scleraRadiusMm(), led, pose);
            if (point[2] < limbusPlane - 0.2) {
                spot(pose, lashes, out, 0.4 * strength, 1.3);
                spot(pose, lashes, out, 0.1 * strength, 3.2);
            }
        }
    }

    private void mirror(double centre, double radius, int led, ViewPose pose) {
        double[] e = pose.eye;
        double lx = pose.lampsEye[3 * led];
        double ly = pose.lampsEye[3 * led + 1];
        double lf = pose.lampsEye[3 * led + 2];
        point[0] = 0;
        point[1] = 0;
        point[2] = centre;
        for (int round = 0; round < 8; round++) {
            double ax = e[0] - point[0];
            double ay = e[1] - point[1];
            double af = e[2] - point[2];
            double a = 1 / Math.sqrt(ax * ax + ay * ay + af * af);
            double bx = lx - point[0];
            double by = ly - point[1];
            double bf = lf - point[2];
            double b = 1 / Math.sqrt(bx * bx + by * by + bf * bf);
            double nx = a * ax + b * bx;
            double ny = a * ay + b * by;
            double nf = a * af + b * bf;
            double n = radius / Math.sqrt(nx * nx + ny * ny + nf * nf);
            point[0] = n * nx;
            point[1] = n * ny;
            point[2] = centre + n * nf;
        }
    }

    /** Adds a round highlight where the eye is not covered. */
    private void spot(ViewPose pose, LashPainter lashes, EyeScene out, double peak, double sigmaPx) {
        double[] e = pose.eye;
        double dx = point[0] - e[0];
        double dy = point[1] - e[1];
        double df = point[2] - e[2];
        double depth = dx * e[9] + dy * e[10] + df * e[11];
        double u = EyeGeometry.column(dx * e[3] + dy * e[4] + df * e[5], depth);
        double v = EyeGeometry.row(dx * e[6] + dy * e[7] + df * e[8], depth);
        int reach = (int) Math.ceil(3 * sigmaPx);
        int column = (int) Math.round(u);
        int row = (int) Math.round(v);
        double k = -0.5 / (sigmaPx * sigmaPx);
        for (int y = Math.max(0, row - reach); y <= Math.min(SIZE - 1, row + reach); y++) {
            for (int x = Math.max(0, column - reach); x <= Math.min(SIZE - 1, column + reach); x++) {
                int at = y * SIZE + x;
                if (out.labels[at] != EyeScene.BACKGROUND) {
                    double clear = 1 - Math.min(1, lashes.coverage[at]);
                    double square = (x - u) * (x - u) + (y - v) * (y - v);
                    out.radiance[at] += (float) (clear * peak * Math.exp(k * square));
                }
            }
        }
    }
}
