package org.flatgaze.flatcam.sim;

/**
 * Draws a near-infrared picture of one right eye with exact labels: a ray per pixel meets skin, lid margin, sclera, or the
 * cornea, which refracts it towards iris and pupil. Edges are smoothed over a pixel, labels are hard decisions of the same
 * geometry. One instance per thread; {@link #render} allocates nothing once a person's tables exist.
 */
public final class EyeRenderer {

    private static final int SIZE = EyeGeometry.SIZE;
    private static final float LASH_ALBEDO = 0.05f;
    // Curves of closed lids meet; without this gap a smoothed seam of eye would stay.
    private static final float SEAM_MM = 0.12f;

    private final ViewPose pose = new ViewPose();
    private final EyelidCurves curves = new EyelidCurves();
    private final SkinSurface surface = new SkinSurface();
    private final SkinShader skin = new SkinShader();
    private final EyeballTracer tracer = new EyeballTracer();
    private final PupilOutline outline = new PupilOutline();
    private final LashPainter lashes = new LashPainter();
    private final GlintPainter glints = new GlintPainter();
    private final EyeShader eye = new EyeShader(tracer, curves, skin);

    private float lashDarkness;
    private float sheen;
    private long visiblePupil;
    private long hiddenPupil;
    private double inverseXx;
    private double inverseXy;
    private double inverseYy;

    /**
     * Renders one moment.
     *
     * @param person whose eye
     * @param session how the headset sits; made for the same person
     * @param state where the eye looks and how open it is; openness and pupil are taken as given
     * @param out overwritten completely
     */
    public void render(Person person, Session session, EyeState state, EyeScene out) {
        pose.set(person, session, state);
        curves.set(person.lids(), state);
        surface.set(person, session, pose);
        skin.set(person, curves);
        tracer.set(person.eyeball(), state.pupilDiameterMm, pose, EyeGeometry.REFRACTIVE_INDEX);
        outline.find(tracer, person.eyeball(), pose, out);
        lashes.paint(person, state, curves, surface, pose);
        eye.set(person, session, pose);
        lashDarkness = (float) person.lashes().darkness();
        sheen = (float) person.complexion().sheen();
        startLabels(state, out);
        for (int row = 0; row < SIZE; row++) {
            surface.row(row);
            paintRow(row, out);
        }
        long pupilPixels = visiblePupil + hiddenPupil;
        out.pupilVisible = pupilPixels == 0 ? 0 : visiblePupil / (double) pupilPixels;
        glints.paint(person.eyeball(), session, pose, lashes, out);
    }

    private void startLabels(EyeState state, EyeScene out) {
        for (int axis = 0; axis < 3; axis++) {
            out.gaze[axis] = (float) pose.gaze[axis];
            out.opticalAxis[axis] = (float) pose.opticalAxis[axis];
        }
        out.openness = state.openness;
        out.irisLeft = SIZE;
        out.irisTop = SIZE;
        out.irisRight = -1;
        out.irisBottom = -1;
        visiblePupil = 0;
        hiddenPupil = 0;
        double c = Math.cos(Math.toRadians(out.pupilAngleDeg));
        double s = Math.sin(Math.toRadians(out.pupilAngleDeg));
        double a = 1 / (out.pupilMajor * out.pupilMajor);
        double b = 1 / (out.pupilMinor * out.pupilMinor);
        inverseXx = c * c * a + s * s * b;
        inverseXy = c * s * (a - b);
        inverseYy = s * s * a + c * c * b;
    }

    private void paintRow(int row, EyeScene out) {
        float ty = (float) ((EyeGeometry.PRINCIPAL_POINT - row) * ViewPose.TANGENT);
        boolean pupilRow = Math.abs(row - out.pupilY) <= out.pupilMajor;
        for (int column = 0; column < SIZE; column++) {
            int at = row * SIZE + column;
            float x = surface.x[column];
            float y = surface.y[column];
            float light = surface.light[column];
            float depth = surface.depth[column];
            float index = EyelidCurves.index(x);
            float inside = Math.min(
                    EyelidCurves.read(curves.upperSkin, index) - y, y - EyelidCurves.read(curves.lowerSkin, index));
            float open = Math.min(Math.max(0.5f + (inside - SEAM_MM) / (depth * ViewPose.TANGENT), 0), 1);
            float value = 0;
            if (open < 1) {
                value = skin.albedo(x, y, index) * light
                        + sheen * surface.shine[column] * (0.7f + 0.9f * Math.max(-0.6f, skin.roughness));
            }
            byte label = EyeScene.BACKGROUND;
            if (open > 0) {
                float tx = (float) ((column - EyeGeometry.PRINCIPAL_POINT) * ViewPose.TANGENT);
                eye.shade(tx, ty, x, y, depth, light);
                value += open * (eye.radiance * (1 - 0.3f * lashShadow(row, column)) - value);
                if (open > 0.5f) {
                    label = eye.label;
                    depth = eye.depth;
                }
            }
            float hair = Math.min(1, lashes.coverage[at]) * lashDarkness;
            out.radiance[at] = Math.max(0, value + hair * (LASH_ALBEDO * light - value));
            out.depthMm[at] = depth;
            out.labels[at] = label;
            if (label >= EyeScene.IRIS) {
                growBox(row, column, out);
            }
            if (pupilRow) {
                countPupil(row, column, label, hair, out);
            }
        }
    }

    /** The lamps sit round the camera, so a lash's shadow on the eye lies close below the lash in the picture. */
    private float lashShadow(int row, int column) {
        if (row < 6 || column < 2 || column >= SIZE - 2) {
            return 0;
        }
        int at = row * SIZE + column;
        float[] c = lashes.coverage;
        float sum = c[at - 2 * SIZE]
                + c[at - 3 * SIZE - 1]
                + c[at - 3 * SIZE + 1]
                + c[at - 4 * SIZE]
                + c[at - 5 * SIZE - 2]
                + c[at - 5 * SIZE + 2];
        return Math.min(1, 0.3f * sum);
    }

    /** Lets the box of visible iris and pupil include a pixel. */
    static void growBox(int row, int column, EyeScene out) {
        out.irisLeft = Math.min(out.irisLeft, column);
        out.irisRight = Math.max(out.irisRight, column);
        out.irisTop = Math.min(out.irisTop, row);
        out.irisBottom = Math.max(out.irisBottom, row);
    }

    private void countPupil(int row, int column, byte label, float hair, EyeScene out) {
        if (label == EyeScene.PUPIL) {
            if (hair < 0.5f) {
                visiblePupil++;
            } else {
                hiddenPupil++;
            }
        } else if (label == EyeScene.BACKGROUND) {
            double dx = column - out.pupilX;
            double dy = row - out.pupilY;
            if (inverseXx * dx * dx + 2 * inverseXy * dx * dy + inverseYy * dy * dy <= 1) {
                hiddenPupil++;
            }
        }
    }
}
