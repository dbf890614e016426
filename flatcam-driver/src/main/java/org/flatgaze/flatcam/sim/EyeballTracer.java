package org.flatgaze.flatcam.sim;

/**
 * Follows a ray to the globe: onto the sclera, or through the cornea, where it is refracted, to the plane of the iris. All
 * in the eye's frame (x right, y up, f forward along the optical axis, mm). The answer lies in the fields until the next
 * ray. Mutable, reused, one thread.
 */
final class EyeballTracer {

    /** What a ray met. */
    static final int MISS = 0;

    static final int SCLERA = 1;
    static final int CORNEA = 2;

    /** Point on the outer surface. */
    float x;

    float y;
    float f;

    /** Outward normal there. */
    float nx;

    float ny;
    float nf;

    /** Distance from the optical axis, mm. */
    float radius;

    /** Cosine between the ray's reverse and the normal. */
    float cosine;

    /** Depth of the surface point; for the cornea, of the iris's image behind it, mm. */
    float depth;

    /** Point on the iris plane, relative to the optical axis, mm. */
    float irisX;

    float irisY;

    /** Distance of that point from the pupil's centre, in units along which the pupil's edge is {@link #pupilRadius}. */
    float pupilDistance;

    /** Offset from the pupil's centre, for the angle round it. */
    float pupilDx;

    float pupilDy;

    /** Half the real pupil diameter, mm. */
    float pupilRadius;

    private float cx;
    private float cy;
    private float cf;
    private float rx;
    private float ry;
    private float rf;
    private float ux;
    private float uy;
    private float uf;
    private float wx;
    private float wy;
    private float wf;

    private float scleraRadius;
    private float scleraCentre;
    private float corneaRadius;
    private float corneaCentre;
    private float limbusPlane;
    private float irisPlane;
    private float apparentPlane;
    private float pupilX;
    private float pupilY;
    private float stretchXx;
    private float stretchXy;
    private float stretchYy;
    private float index;

    void set(Eyeball ball, double pupilDiameterMm, ViewPose pose, double refractiveIndex) {
        double[] e = pose.eye;
        cx = (float) e[0];
        cy = (float) e[1];
        cf = (float) e[2];
        rx = (float) e[3];
        ry = (float) e[4];
        rf = (float) e[5];
        ux = (float) e[6];
        uy = (float) e[7];
        uf = (float) e[8];
        wx = (float) e[9];
        wy = (float) e[10];
        wf = (float) e[11];
        scleraRadius = (float) ball.scleraRadiusMm();
        scleraCentre = (float) ball.scleraCentreMm();
        corneaRadius = (float) ball.corneaRadiusMm();
        corneaCentre = (float) ball.corneaCentreMm();
        limbusPlane = (float) ball.limbusPlaneMm();
        irisPlane = (float) ball.irisPlaneMm();
        apparentPlane = (float) ball.apparentIrisPlaneMm();
        pupilX = (float) ball.pupilRightMm(pupilDiameterMm);
        pupilY = (float) ball.pupilUpMm();
        pupilRadius = (float) (pupilDiameterMm / 2);
        // The symmetric matrix that shrinks the longer diameter and stretches the shorter one by the same factor.
        double stretch = Math.sqrt(ball.pupilStretch());
        double c = Math.cos(Math.toRadians(ball.pupilStretchDeg()));
        double s = Math.sin(Math.toRadians(ball.pupilStretchDeg()));
        stretchXx = (float) (c * c / stretch + s * s * stretch);
        stretchXy = (float) (c * s * (1 / stretch - stretch));
        stretchYy = (float) (s * s / stretch + c * c * stretch);
        index = (float) (1 / refractiveIndex);
    }

    /** Follows the ray through the point with these tangents. */
    int trace(float tx, float ty) {
        float dx = rx * tx + ux * ty + wx;
        float dy = ry * tx + uy * ty + wy;
        float df = rf * tx + uf * ty + wf;
        float square = dx * dx + dy * dy + df * df;
        float of = cf - corneaCentre;
        float half = cx * dx + cy * dy + of * df;
        float inside = half * half - square * (cx * cx + cy * cy + of * of - corneaRadius * corneaRadius);
        if (inside > 0) {
            float t = (-half - (float) Math.sqrt(inside)) / square;
            f = cf + t * df;
            if (f >= limbusPlane) {
                x = cx + t * dx;
                y = cy + t * dy;
                radius = (float) Math.sqrt(x * x + y * y);
                float scale = 1 / corneaRadius;
                nx = x * scale;
                ny = y * scale;
                nf = (f - corneaCentre) * scale;
                refract(dx, dy, df, square);
                depth = (apparentPlane - cf) / Math.min(df, -0.2f);
                return CORNEA;
            }
        }
        of = cf - scleraCentre;
        half = cx * dx + cy * dy + of * df;
        inside = half * half - square * (cx * cx + cy * cy + of * of - scleraRadius * scleraRadius);
        if (inside <= 0) {
            return MISS;
        }
        float t = (-half - (float) Math.sqrt(inside)) / square;
        x = cx + t * dx;
        y = cy + t * dy;
        f = cf + t * df;
        radius = (float) Math.sqrt(x * x + y * y);
        float scale = 1 / scleraRadius;
        nx = x * scale;
        ny = y * scale;
        nf = (f - scleraCentre) * scale;
        cosine = (float) Math.sqrt(inside / square) * scale;
        depth = t;
        return SCLERA;
    }

    /** Snell's law in vector form, then on to the iris plane. */
    private void refract(float dx, float dy, float df, float square) {
        float unit = (float) (1 / Math.sqrt(square));
        cosine = -(dx * nx + dy * ny + df * nf) * unit;
        float sineSquare = index * index * (1 - cosine * cosine);
        float along = index * unit;
        float k = index * cosine - (float) Math.sqrt(1 - sineSquare);
        float tx = along * dx + k * nx;
        float ty = along * dy + k * ny;
        float tf = along * df + k * nf;
        float way = (irisPlane - f) / Math.min(tf, -0.05f);
        irisX = x + way * tx;
        irisY = y + way * ty;
        pupilDx = irisX - pupilX;
        pupilDy = irisY - pupilY;
        float a = stretchXx * pupilDx + stretchXy * pupilDy;
        float b = stretchXy * pupilDx + stretchYy * pupilDy;
        pupilDistance = (float) Math.sqrt(a * a + b * b);
    }

    /** Signed distance of the ray from the pupil's edge on the iris, mm; large outside the cornea. */
    float pupilEdge(float tx, float ty) {
        return trace(tx, ty) == CORNEA ? pupilDistance - pupilRadius : 4;
    }
}
