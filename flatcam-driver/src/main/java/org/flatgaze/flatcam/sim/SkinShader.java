package org.flatgaze.flatcam.sim;

/** Albedo of skin and lid margins at a point of the head. Mutable settings of one person, reused, one thread. */
final class SkinShader {

    private static final float CELLS_PER_MM = 5;

    private EyelidCurves curves;
    private float skin;
    private float mottle;
    private float grain;
    private float wrinkles;
    private float lidShade;
    private float liner;
    private float creaseStrength;
    private float bagStrength;
    private float bagDepth;
    private float rootShade;
    private float offsetX;
    private float offsetY;

    /** Local roughness of the last point, about -1..1: breaks up highlights. */
    float roughness;

    void set(Person person, EyelidCurves lidCurves) {
        curves = lidCurves;
        Complexion look = person.complexion();
        skin = (float) look.skin();
        mottle = (float) look.skinMottle();
        grain = (float) look.skinGrain();
        wrinkles = (float) look.wrinkles();
        lidShade = (float) look.lidShade();
        liner = (float) look.eyeliner();
        offsetX = (float) look.textureX();
        offsetY = (float) look.textureY();
        creaseStrength = (float) person.lids().creaseStrength();
        bagStrength = (float) person.lids().bagStrength();
        bagDepth = (float) person.lids().bagDepth();
        LashStyle lashes = person.lashes();
        rootShade = (float) (0.35 * lashes.darkness() * Math.min(1, lashes.upperCount() / 120.0));
    }

    /** Albedo of the skin at head x, y, with {@code index} the position in the lid tables. */
    float albedo(float x, float y, float index) {
        float top = EyelidCurves.read(curves.upperSkin, index);
        float bottom = EyelidCurves.read(curves.lowerSkin, index);
        return y > 0.5f * (top + bottom) ? upper(x, y, index, y - top) : lower(x, y, index, bottom - y);
    }

    private float upper(float x, float y, float index, float above) {
        float presence = EyelidCurves.read(curves.presence, index);
        float toCrease = y - EyelidCurves.read(curves.crease, index);
        float lid = ramp((1.5f - toCrease) * 0.33f);
        // The lid's skin moves with its margin; above the crease it stays.
        float skinY = y + EyelidCurves.read(curves.lowered, index) * lid;
        float value = base(x, skinY, 1 - 0.45f * lid * presence);
        value *= 1
                + wrinkles
                        * 0.8f
                        * NoiseFields.sample(NoiseFields.WRINKLES, 3.1f * x + offsetY, 4.4f * skinY + offsetX);
        float fold = creaseStrength * presence;
        float line = 0.42f * bell(toCrease * 2.6f);
        float hollow = toCrease < 0 ? 0.2f * bell(toCrease * 0.75f) : 0.2f * bell(toCrease * 1.9f);
        float roll = 0.1f * bell((toCrease - 1.7f) * 0.8f);
        value *= 1 - fold * (line + hollow - roll);
        value *= 1 - lidShade * lid * presence;
        float near = Math.max(0, above);
        value *= 1 - presence * rootShade * bell(near * 1.5f);
        return value * (1 - presence * liner * ramp((1.5f - near) * 1.1f));
    }

    private float lower(float x, float y, float index, float below) {
        float presence = EyelidCurves.read(curves.presence, index);
        float near = Math.max(0, below);
        float value = base(x, y, 1);
        float lines = 0.35f + 0.65f * bell(near * 0.14f);
        value *= 1
                + wrinkles
                        * lines
                        * NoiseFields.sample(NoiseFields.WRINKLES, 2.6f * x + offsetX, 4.2f * near + offsetY);
        float toFold = near - bagDepth + 0.012f * x * x;
        value *= 1 - bagStrength * presence * (0.13f * bell(toFold * 0.9f) - 0.05f * bell((toFold + 2.6f) * 0.6f));
        value *= 1 - 0.4f * lidShade * presence * bell(near * 0.3f);
        value *= 1 - presence * 0.35f * rootShade * bell(near * 1.8f);
        return value * (1 - 0.6f * presence * liner * ramp((0.9f - near) * 1.5f));
    }

    private float base(float x, float y, float coarse) {
        float u = CELLS_PER_MM * x + offsetX;
        float v = CELLS_PER_MM * y + offsetY;
        roughness = NoiseFields.sample(NoiseFields.SKIN, u, v);
        float slow = NoiseFields.sample(NoiseFields.MOTTLE, 0.8f * u + 31, 0.8f * v);
        return skin * (1 + mottle * slow + grain * coarse * roughness);
    }

    /** Albedo of a lid's wet margin. */
    float margin(float x, float inward) {
        float spots = NoiseFields.sample(NoiseFields.SKIN, 6 * x + offsetX, 3 * inward);
        return (0.16f + 0.72f * skin) * (1 + 0.08f * spots) * (1 - 0.45f * liner);
    }

    /** Albedo of the pink corner. */
    float caruncle(float x, float y) {
        float spots = NoiseFields.sample(NoiseFields.SKIN, 5 * x + offsetY, 5 * y + offsetX);
        return (0.18f + 0.62f * skin) * (1 + 0.16f * spots);
    }

    static float ramp(float t) {
        float c = Math.min(Math.max(t, 0), 1);
        return c * c * (3 - 2 * c);
    }

    /** A bell curve without exp. */
    static float bell(float t) {
        float d = 1 / (1 + t * t);
        return d * d;
    }
}
