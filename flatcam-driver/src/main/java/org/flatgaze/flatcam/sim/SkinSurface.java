package org.flatgaze.flatcam.sim;

/**
 * The face and closed lids as a height field over the head's x and y, met by the camera's rays on a grid of every fourth
 * pixel: it is smooth, so the pixels between are interpolated. Mutable, reused, one thread.
 */
final class SkinSurface {

    private static final int STEP = 4;
    private static final int NODES = EyeGeometry.SIZE / STEP + 1;
    private static final float SPHERE_MM = (float) LidShape.SHELL_MM;
    private static final float MEDIAL_CURVE_MM = 17;
    private static final float LATERAL_CURVE_MM = 12;
    private static final float UPPER_CURVE_MM = 14.5f;
    private static final float LOWER_CURVE_MM = 16;
    // Softens the meeting of lids and face, mm squared, and what that adds in front of the cornea.
    private static final float BLEND_MM2 = 14;
    private static final float BLEND_LIFT_MM = 0.4f;

    /** Head x of the skin seen by each pixel of the current row, mm. */
    final float[] x = new float[EyeGeometry.SIZE];

    /** Head y, mm. */
    final float[] y = new float[EyeGeometry.SIZE];

    /** Depth along the optical axis, mm. */
    final float[] depth = new float[EyeGeometry.SIZE];

    /** Light on the skin, 1 on a white diffuser at the nominal place. */
    final float[] light = new float[EyeGeometry.SIZE];

    /** Strength of the oily highlight, 0..1. */
    final float[] shine = new float[EyeGeometry.SIZE];

    private final float[] nodeX = new float[NODES * NODES];
    private final float[] nodeY = new float[NODES * NODES];
    private final float[] nodeDepth = new float[NODES * NODES];
    private final float[] nodeLight = new float[NODES * NODES];
    private final float[] nodeShine = new float[NODES * NODES];
    private final float[] lamps = new float[3 * EyeGeometry.LED_COUNT];
    private final float[] lampGains = new float[EyeGeometry.LED_COUNT];

    private float socket;
    private float brow;
    private float nose;
    private float temple;
    private float cheek;
    private float sulcus;
    private float bag;
    private float bagY;
    private float bumpX;
    private float bumpY;

    void set(Person person, Session session, ViewPose pose) {
        LidShape lids = person.lids();
        socket = (float) lids.socket();
        brow = (float) lids.brow();
        nose = (float) lids.nose();
        temple = (float) lids.temple();
        cheek = (float) lids.cheek();
        sulcus = (float) lids.sulcus();
        bag = (float) lids.bagStrength();
        bagY = (float) (lids.medialY() - lids.lowerDepth() - 0.45 * lids.bagDepth());
        // The cornea lifts the lid that lies over it.
        bumpX = (float) (EyeGeometry.ROTATION_TO_APEX_MM * pose.eyeAxes[6]);
        bumpY = (float) (EyeGeometry.ROTATION_TO_APEX_MM * pose.eyeAxes[7]);
        for (int i = 0; i < lamps.length; i++) {
            lamps[i] = (float) pose.lampsHead[i];
        }
        // Six lamps 11 mm off the axis give a diffuser at 35 mm a light of 1.
        double ring = EyeGeometry.LED_RING_MM / EyeGeometry.CALIBRATION_DEPTH_MM;
        double nominal = 1 / ((1 + ring * ring) * (1 + ring * ring));
        for (int led = 0; led < EyeGeometry.LED_COUNT; led++) {
            lampGains[led] = (float) (session.gain() * session.ledGain(led) / EyeGeometry.LED_COUNT / nominal);
        }
        double turn = Math.toRadians(session.ambientYawDeg());
        float skyX = (float) (0.5 * Math.sin(turn));
        float skyZ = (float) (0.5 * Math.cos(turn));
        for (int row = 0; row < NODES; row++) {
            float z = 38;
            for (int column = 0; column < NODES; column++) {
                z = node(row, column, z, pose.head, (float) session.ambient(), skyX, skyZ);
            }
        }
    }

    private float node(int row, int column, float start, double[] camera, float ambient, float skyX, float skyZ) {
        float tx = (float) ((column * STEP - EyeGeometry.PRINCIPAL_POINT) * ViewPose.TANGENT);
        float ty = (float) ((EyeGeometry.PRINCIPAL_POINT - row * STEP) * ViewPose.TANGENT);
        float dx = (float) (camera[3] * tx + camera[6] * ty + camera[9]);
        float dy = (float) (camera[4] * tx + camera[7] * ty + camera[10]);
        float dz = (float) (camera[5] * tx + camera[8] * ty + camera[11]);
        float cx = (float) camera[0];
        float cy = (float) camera[1];
        float cz = (float) camera[2];
        float z = start;
        for (int round = 0; round < 4; round++) {
            z += 0.9f * (-(cz + z * dz) - height(cx + z * dx, cy + z * dy)) / dz;
        }
        float px = cx + z * dx;
        float py = cy + z * dy;
        float h = height(px, py);
        float step = 0.25f;
        float hx = (height(px + step, py) - h) / step;
        float hy = (height(px, py + step) - h) / step;
        z += (-(cz + z * dz) - h) / Math.max(0.5f, dz + hx * dx + hy * dy);
        z = Math.min(Math.max(z, 24), 52);
        px = cx + z * dx;
        py = cy + z * dy;
        float pz = cz + z * dz;
        float norm = (float) (1 / Math.sqrt(hx * hx + hy * hy + 1));
        float nx = -hx * norm;
        float ny = -hy * norm;
        float nz = -norm;
        float light = 0;
        float shine = 0;
        for (int led = 0; led < EyeGeometry.LED_COUNT; led++) {
            float vx = lamps[3 * led] - px;
            float vy = lamps[3 * led + 1] - py;
            float vz = lamps[3 * led + 2] - pz;
            float square = vx * vx + vy * vy + vz * vz;
            float reach = (float) (1 / Math.sqrt(square));
            float cosine = (nx * vx + ny * vy + nz * vz) * reach;
            float lobe = -(float) (vx * camera[9] + vy * camera[10] + vz * camera[11]) * reach;
            float arriving = lampGains[led] * lobe * (float) (35 * 35) * reach * reach;
            // Light scatters under the skin and softens the edge of shade.
            light += arriving * Math.max(0, (cosine + 0.2f) / 1.2f);
            float gloss = Math.max(0, cosine);
            gloss *= gloss;
            gloss *= gloss;
            gloss *= gloss;
            shine += arriving * gloss * gloss;
        }
        int at = row * NODES + column;
        nodeX[at] = px;
        nodeY[at] = py;
        nodeDepth[at] = z;
        nodeLight[at] = light + ambient * Math.max(0, 0.5f + 0.5f * (nx * skyX + 0.85f * ny - nz * skyZ));
        nodeShine[at] = shine;
        return z;
    }

    /** Forward position of the skin, mm. */
    float height(float x, float y) {
        // A paraboloid: a sphere's curvature in front, and no vertical wall at its edge.
        float lid = SPHERE_MM
                - BLEND_LIFT_MM
                - 0.5f * x * x / (x < 0 ? MEDIAL_CURVE_MM : LATERAL_CURVE_MM)
                - 0.5f * y * y / (y < 0 ? LOWER_CURVE_MM : UPPER_CURVE_MM);
        lid += 0.35f * bell((x - bumpX) * 0.28f) * bell((y - bumpY) * 0.28f);
        float face = socket
                + brow * ramp((y - 7) / 15)
                + nose * ramp((-10 - x) / 17)
                - temple * ramp((x - 9) / 15)
                + cheek * ramp((-8 - y) / 15);
        float apart = lid - face;
        float h = 0.5f * (lid + face + (float) Math.sqrt(apart * apart + BLEND_MM2));
        h -= sulcus * bell((y - 11.5f) * 0.33f) * (0.6f + 0.4f * bell((x + 4) * 0.09f));
        h += bag * (0.75f * bell((y - bagY) * 0.5f) - 0.6f * bell((y - bagY + 4.6f) * 0.5f)) * bell(x * 0.08f);
        return h;
    }

    private static float ramp(float t) {
        float c = Math.min(Math.max(t, 0), 1);
        return c * c * (3 - 2 * c);
    }

    /** A bell curve without exp. */
    private static float bell(float t) {
        float d = 1 / (1 + t * t);
        return d * d;
    }

    /** Fills the row tables for one picture row. */
    void row(int row) {
        int node = row / STEP;
        float f = (row % STEP) / (float) STEP;
        spread(nodeX, node, f, x);
        spread(nodeY, node, f, y);
        spread(nodeDepth, node, f, depth);
        spread(nodeLight, node, f, light);
        spread(nodeShine, node, f, shine);
    }

    private static void spread(float[] nodes, int node, float f, float[] out) {
        int top = node * NODES;
        float left = nodes[top] + f * (nodes[top + NODES] - nodes[top]);
        for (int column = 0; column < NODES - 1; column++) {
            int at = top + column + 1;
            float right = nodes[at] + f * (nodes[at + NODES] - nodes[at]);
            float slope = (right - left) * (1f / STEP);
            int pixel = column * STEP;
            for (int k = 0; k < STEP; k++) {
                out[pixel + k] = left + k * slope;
            }
            left = right;
        }
    }
}
