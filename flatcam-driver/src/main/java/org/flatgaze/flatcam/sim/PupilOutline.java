package org.flatgaze.flatcam.sim;

/**
 * The entrance pupil's outline in the picture: rays on its edge are found by search, because light bends at the cornea; the
 * ellipse has the area and second moments of the polygon they make. Mutable, reused, one thread.
 */
final class PupilOutline {

    private static final int POINTS = 48;

    private static final double[] COSINES = new double[POINTS];
    private static final double[] SINES = new double[POINTS];

    static {
        for (int i = 0; i < POINTS; i++) {
            COSINES[i] = Math.cos(2 * Math.PI * i / POINTS);
            SINES[i] = Math.sin(2 * Math.PI * i / POINTS);
        }
    }

    private final double[] xs = new double[POINTS + 1];
    private final double[] ys = new double[POINTS + 1];

    private double centreX;
    private double centreY;

    void find(EyeballTracer tracer, Eyeball ball, ViewPose pose, EyeScene out) {
        seed(tracer, ball, pose);
        double reach = 3 + 1.5 * tracer.pupilRadius / EyeGeometry.PIXEL_MM;
        for (int i = 0; i < POINTS; i++) {
            double r = edge(tracer, COSINES[i], SINES[i], reach);
            xs[i] = centreX + r * COSINES[i];
            ys[i] = centreY + r * SINES[i];
        }
        xs[POINTS] = xs[0];
        ys[POINTS] = ys[0];
        fit(out);
    }

    private static float edgeAt(EyeballTracer tracer, double column, double row) {
        return tracer.pupilEdge((float) ((column - EyeGeometry.PRINCIPAL_POINT) * ViewPose.TANGENT), (float)
                ((EyeGeometry.PRINCIPAL_POINT - row) * ViewPose.TANGENT));
    }

    /** Starts at the pupil's image as seen along the axis and walks to the ray that meets the pupil's centre. */
    private void seed(EyeballTracer tracer, Eyeball ball, ViewPose pose) {
        double f = ball.apparentIrisPlaneMm();
        double x = f * pose.eyeAxes[6];
        double y = f * pose.eyeAxes[7];
        double z = f * pose.eyeAxes[8];
        double depth = pose.depthOf(x, y, z);
        centreX = pose.columnOf(x, y, z, depth);
        centreY = pose.rowOf(x, y, z, depth);
        for (int round = 0; round < 6; round++) {
            double step = 0.5;
            edgeAt(tracer, centreX, centreY);
            double dx = tracer.pupilDx;
            double dy = tracer.pupilDy;
            edgeAt(tracer, centreX + step, centreY);
            double xx = (tracer.pupilDx - dx) / step;
            double yx = (tracer.pupilDy - dy) / step;
            edgeAt(tracer, centreX, centreY + step);
            double xy = (tracer.pupilDx - dx) / step;
            double yy = (tracer.pupilDy - dy) / step;
            double determinant = xx * yy - xy * yx;
            if (Math.abs(determinant) < 1e-6) {
                return;
            }
            centreX -= Math.clamp((yy * dx - xy * dy) / determinant, -6, 6);
            centreY -= Math.clamp((xx * dy - yx * dx) / determinant, -6, 6);
        }
    }

    /** Bisection with secant steps along one direction, to a hundredth of a pixel. */
    private double edge(EyeballTracer tracer, double cosine, double sine, double reach) {
        double near = 0;
        double far = reach;
        double nearEdge = -tracer.pupilRadius;
        double farEdge = edgeAt(tracer, centreX + far * cosine, centreY + far * sine);
        for (int round = 0; round < 24 && far - near > 0.01; round++) {
            double share = round % 3 == 2 || farEdge <= nearEdge ? 0.5 : -nearEdge / (farEdge - nearEdge);
            double r = near + Math.clamp(share, 0.02, 0.98) * (far - near);
            double e = edgeAt(tracer, centreX + r * cosine, centreY + r * sine);
            if (Math.abs(e) < 1e-4) {
                return r;
            }
            if (e < 0) {
                near = r;
                nearEdge = e;
            } else {
                far = r;
                farEdge = e;
            }
        }
        return 0.5 * (near + far);
    }

    private void fit(EyeScene out) {
        double area = 0;
        double mx = 0;
        double my = 0;
        double mxx = 0;
        double mxy = 0;
        double myy = 0;
        for (int i = 0; i < POINTS; i++) {
            double x0 = xs[i] - centreX;
            double y0 = ys[i] - centreY;
            double x1 = xs[i + 1] - centreX;
            double y1 = ys[i + 1] - centreY;
            double cross = x0 * y1 - x1 * y0;
            area += cross / 2;
            mx += cross * (x0 + x1) / 6;
            my += cross * (y0 + y1) / 6;
            mxx += cross * (x0 * x0 + x0 * x1 + x1 * x1) / 12;
            myy += cross * (y0 * y0 + y0 * y1 + y1 * y1) / 12;
            mxy += cross * (2 * x0 * y0 + x0 * y1 + x1 * y0 + 2 * x1 * y1) / 24;
        }
        mx /= area;
        my /= area;
        mxx = mxx / area - mx * mx;
        myy = myy / area - my * my;
        mxy = mxy / area - mx * my;
        double mean = (mxx + myy) / 2;
        double apart = Math.hypot((mxx - myy) / 2, mxy);
        // An ellipse with half axis a has second moment a^2 / 4; the polygon lies inside its ellipse by this share of
        // area.
        double polygon = Math.sin(2 * Math.PI / POINTS) * POINTS / (2 * Math.PI);
        double grow = 1 / Math.sqrt(polygon);
        out.pupilX = centreX + mx;
        out.pupilY = centreY + my;
        out.pupilMajor = 2 * Math.sqrt(mean + apart) * grow;
        out.pupilMinor = 2 * Math.sqrt(Math.max(0, mean - apart)) * grow;
        double angle = Math.toDegrees(0.5 * Math.atan2(2 * mxy, mxx - myy));
        out.pupilAngleDeg = angle <= -90 ? angle + 180 : angle;
    }
}
