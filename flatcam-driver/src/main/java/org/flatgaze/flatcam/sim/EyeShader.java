package org.flatgaze.flatcam.sim;

/**
 * What is seen between the lids: globe, wet margins and inner corner, for one ray at a time. The answer lies in the fields.
 * Mutable, reused, one thread.
 */
final class EyeShader {

    private final EyeballTracer tracer;
    private final EyelidCurves curves;
    private final SkinShader skin;

    /** Radiance without lash shadow. */
    float radiance;

    /** Class under the lashes. */
    byte label;

    /** Depth, mm. */
    float depth;

    private IrisTexture irisTexture;
    private float[] vessels;
    private float sclera;
    private float vesselContrast;
    private float vesselCos;
    private float vesselSin;
    private float iris;
    private float limbalRing;
    private float limbusWidth;
    private float pupil;
    private float limbus;
    private float caruncle;
    private float ambient;
    private float lampX;
    private float lampY;
    private float lampF;
    private float lampGain;
    private float irisLight;
    private float shadeUpper;
    private float headYy;

    EyeShader(EyeballTracer tracer, EyelidCurves curves, SkinShader skin) {
        this.tracer = tracer;
        this.curves = curves;
        this.skin = skin;
    }

    void set(Person person, Session session, ViewPose pose) {
        Complexion look = person.complexion();
        irisTexture = person.irisTexture();
        vessels = NoiseFields.VESSELS[look.vesselMap()];
        sclera = (float) look.sclera();
        vesselContrast = (float) look.vessels();
        vesselCos = (float) (127 * Math.cos(Math.toRadians(look.vesselTurnDeg())));
        vesselSin = (float) (127 * Math.sin(Math.toRadians(look.vesselTurnDeg())));
        iris = (float) look.iris();
        limbalRing = (float) look.limbalRing();
        limbusWidth = (float) look.limbusWidthMm();
        pupil = (float) look.pupil();
        limbus = (float) person.eyeball().limbusRadiusMm();
        caruncle = (float) person.lids().caruncle();
        ambient = (float) session.ambient();
        LashStyle lashes = person.lashes();
        shadeUpper = (float) (0.38 + 0.17 * lashes.darkness() * Math.min(1, lashes.upperCount() / 120.0));
        lamps(session, pose);
        headYy = (float) pose.eyeAxes[4];
    }

    /** The ring is small against its distance: on the globe it acts like one lamp at its centre of light. */
    private void lamps(Session session, ViewPose pose) {
        double sum = 0;
        double x = 0;
        double y = 0;
        double f = 0;
        for (int led = 0; led < EyeGeometry.LED_COUNT; led++) {
            double gain = session.ledGain(led);
            sum += gain;
            x += gain * pose.lampsEye[3 * led];
            y += gain * pose.lampsEye[3 * led + 1];
            f += gain * pose.lampsEye[3 * led + 2];
        }
        lampX = (float) (x / sum);
        lampY = (float) (y / sum);
        lampF = (float) (f / sum);
        lampGain = (float) (session.gain() * sum / EyeGeometry.LED_COUNT);
        double way = Math.sqrt(lampX * lampX + lampY * lampY + lampF * lampF);
        irisLight = (float) (0.5 + 0.5 * lampF / way);
    }

    /**
     * Looks along one ray through the opening.
     *
     * @param skinX where the ray passes the lids' outer surface, head x, mm
     * @param skinY the same, head y
     * @param skinDepth the same, depth, mm
     * @param light light on the skin there
     */
    void shade(float tx, float ty, float skinX, float skinY, float skinDepth, float light) {
        int met = tracer.trace(tx, ty);
        float index = EyelidCurves.index(skinX);
        float toUpper = EyelidCurves.read(curves.upper, index) - skinY;
        float toLower = skinY - EyelidCurves.read(curves.lower, index);
        float pixel = skinDepth * ViewPose.TANGENT;
        float open = Math.min(Math.max(0.5f + Math.min(toUpper, toLower) / pixel, 0), 1);
        float globe = 0;
        byte kind = EyeScene.BACKGROUND;
        depth = skinDepth + 1.2f;
        if (open > 0) {
            float middle = 0.5f * (toUpper - toLower);
            float corner = met == EyeballTracer.MISS ? 1 : cornerShare(met, skinX, middle);
            float dark = occlusion(skinX, toUpper, toLower);
            if (corner > 0) {
                globe = corner(skinX, skinY, middle) * light;
                depth = skinDepth + 2;
            }
            if (corner < 1) {
                float seen = met == EyeballTracer.CORNEA ? cornea() : white();
                globe = seen + corner * (globe - seen);
                depth = tracer.depth + corner * (depth - tracer.depth);
                kind = classify(met, corner);
            }
            globe *= dark;
            if (met == EyeballTracer.CORNEA) {
                globe += ambient * (0.03f + 0.05f * SkinShader.ramp(tracer.ny * headYy + 0.3f));
            }
            // The tear film stands up along the lower margin and shines.
            float beads = 0.55f + 0.45f * NoiseFields.sample(NoiseFields.SKIN, 3.3f * skinX + 91, 17);
            globe += 0.22f * light * beads * SkinShader.bell((toLower - 0.12f) * 7);
        }
        if (open < 1) {
            float inward = Math.max(0, -Math.min(toUpper, toLower));
            float wet = toLower < toUpper ? 1.02f : 0.78f;
            float rim = skin.margin(skinX, inward) * light * wet * (1 - 0.22f * SkinShader.bell(inward * 3.5f));
            globe = rim + open * (globe - rim);
        }
        radiance = globe;
        label = open > 0.5f ? kind : EyeScene.BACKGROUND;
        if (open <= 0.5f) {
            depth = skinDepth + 0.8f;
        }
    }

    /** 1 in the pink corner and where the globe turns away, 0 on the globe, between over the fold that borders it. */
    private float cornerShare(int met, float x, float middle) {
        float border = curves.medialX() + caruncle - 0.1f * middle * middle;
        float fold = (border - x) * 0.9f;
        if (met == EyeballTracer.CORNEA) {
            return SkinShader.ramp(fold);
        }
        float aside = Math.min(Math.max(0.4f * Math.abs(x) - 2.6f, 0), 1);
        float turned = (0.42f - tracer.cosine) * 3.6f * aside;
        return SkinShader.ramp(Math.max(fold, turned));
    }

    /** Albedo of the corners: the caruncle on the nose's side, bare conjunctiva on the other. */
    private float corner(float x, float y, float middle) {
        float dome = 0.7f + 0.3f * SkinShader.bell(middle * 0.5f);
        float bare = 0.76f * sclera * (0.8f + 0.2f * dome);
        float inward = SkinShader.ramp((curves.medialX() + caruncle - x) * 0.3f);
        return bare + inward * (dome * skin.caruncle(x, y) - bare);
    }

    /** Share of the light that lids, lashes and corners let through. */
    private float occlusion(float x, float toUpper, float toLower) {
        float a = 1 / (1 + 0.75f * Math.max(0, toUpper));
        float b = 1 / (1 + 1.6f * Math.max(0, toLower));
        float nasal = SkinShader.ramp((-x - 7.5f) * 0.14f);
        float temporal = SkinShader.ramp((x - 6.5f) * 0.16f);
        return (1 - shadeUpper * a * a) * (1 - 0.24f * b * b) * (1 - 0.2f * nasal - 0.3f * temporal);
    }

    private byte classify(int met, float corner) {
        if (corner > 0.5f) {
            return EyeScene.BACKGROUND;
        }
        if (met == EyeballTracer.SCLERA || tracer.radius > limbus) {
            return EyeScene.SCLERA;
        }
        return tracer.pupilDistance < tracer.pupilRadius ? EyeScene.PUPIL : EyeScene.IRIS;
    }

    private float white() {
        float vx = lampX - tracer.x;
        float vy = lampY - tracer.y;
        float vf = lampF - tracer.f;
        float reach = (float) (1 / Math.sqrt(vx * vx + vy * vy + vf * vf));
        float cosine = (vx * tracer.nx + vy * tracer.ny + vf * tracer.nf) * reach;
        float arriving = lampGain * (float) (35 * 35) * reach * reach;
        // Sclera is translucent: shade wraps round it.
        float lit = arriving * Math.max(0, 0.46f + 0.54f * cosine) + 0.6f * ambient;
        float u = vesselCos * tracer.nx - vesselSin * tracer.ny + 128;
        float v = vesselSin * tracer.nx + vesselCos * tracer.ny + 128;
        float clear = SkinShader.ramp((tracer.radius - limbus) * 0.45f);
        float vein = NoiseFields.sample(vessels, u, v) * clear;
        float slow = NoiseFields.sample(NoiseFields.MOTTLE, u, v);
        // Over the ciliary body the white is thinner and greyer.
        float grey = 0.16f * SkinShader.bell((tracer.radius - limbus) * 0.9f);
        return sclera * lit * (1 - grey) * (1 + 0.05f * slow) * (1 - vesselContrast * vein);
    }

    private float cornea() {
        float inner = iris();
        // Sclera overlaps the cornea's rim: the blend ends where the cornea does.
        float edge = (tracer.radius - limbus) / limbusWidth + 1;
        if (edge <= 0) {
            return inner;
        }
        float white = white();
        return inner + SkinShader.ramp(edge) * (white - inner);
    }

    private float iris() {
        float vx = lampX - tracer.x;
        float vy = lampY - tracer.y;
        float vf = lampF - tracer.f;
        float arriving = lampGain * (float) (35 * 35) / (vx * vx + vy * vy + vf * vf);
        float edge = 0.5f + (tracer.pupilRadius - tracer.pupilDistance) * 6.5f;
        float hole = Math.min(Math.max(edge, 0), 1);
        float value = 0;
        if (hole < 1) {
            float rho = (tracer.pupilDistance - tracer.pupilRadius) / (1.02f * limbus - tracer.pupilRadius);
            float relief = irisTexture.sample(rho, turn(tracer.pupilDy, tracer.pupilDx));
            float ring = 1 - limbalRing * SkinShader.ramp((tracer.radius / limbus - 0.8f) * 5);
            value = iris * relief * ring * (irisLight * arriving + 0.6f * ambient);
        }
        return value + hole * (pupil * arriving - value);
    }

    /** Angle in turns, -0.5..0.5, to a thousandth: good enough to find a fibre. */
    private static float turn(float y, float x) {
        float ax = Math.abs(x);
        float ay = Math.abs(y);
        float ratio = Math.min(ax, ay) / (Math.max(ax, ay) + 1e-9f);
        float a = ratio * (0.1591549f + 0.0430300f * (1 - ratio) - 0.0341549f * ratio * 1.0f);
        if (ay > ax) {
            a = 0.25f - a;
        }
        if (x < 0) {
            a = 0.5f - a;
        }
        return y < 0 ? -a : a;
    }
}
