package org.flatgaze.calibration.camera;

import java.util.Locale;

/** What makes a capture unusable, told the same way while it is taken and when it is read. Immutable. */
final class CaptureVerdicts {

    private final PatternPlan plan;
    private final CaptureLimits limits;

    CaptureVerdicts(PatternPlan plan, CaptureLimits limits) {
        this.plan = plan;
        this.limits = limits;
    }

    /** Refuses a shot with too many of its samples at full scale. */
    void requireUnsaturated(int position, double share) {
        if (share > limits.saturatedShare()) {
            throw refused(
                    "capture %s is saturated: %.1f %% of the samples at full scale, limit %.1f %%; shorten the"
                            + " exposure for the white pattern and repeat all captures",
                    name(position), 100 * share, 100 * limits.saturatedShare());
        }
    }

    /** Refuses a dark frame that is not as dark as the first; shares of full scale. */
    void requireSameDark(int position, double light, double firstLight) {
        double drift = Math.abs(light - firstLight);
        if (drift > limits.leastLight() / 5) {
            throw refused(
                    "capture %s is %.2f %% of full scale off the first dark one: room light changed or the order is"
                            + " wrong; repeat in a dark room, in the printed order",
                    name(position), 100 * drift);
        }
    }

    /** Refuses a pair whose halves are not lit as its patterns are; shares of full scale above dark. */
    void requirePairLight(Shot.Kind kind, int k, double positive, double negative) {
        if (k == 0) {
            if (negative > 0.2 * positive) {
                throw orderWrong(kind, k, "the black screen is bright", positive, negative);
            }
            if (positive < 2 * limits.leastLight()) {
                throw dark(plan.position(kind, k, true), positive, 2 * limits.leastLight());
            }
        } else if (Math.min(positive, negative) < limits.leastLight()) {
            throw dark(plan.position(kind, k, positive < negative), Math.min(positive, negative), limits.leastLight());
        } else if (Math.max(positive, negative) > 1.6 * Math.min(positive, negative)) {
            throw orderWrong(kind, k, "both halves of a pair should be half lit", positive, negative);
        }
    }

    /**
     * Refuses a pair that does not add up to the white screen.
     *
     * @param ratio of the pair's sum along the white picture of the first pairs, 1 when it is the same
     */
    void requireSameWhite(Shot.Kind kind, int k, double ratio) {
        if (!(Math.abs(ratio - 1) <= limits.movement())) {
            throw refused(
                    "capture %s and its negative do not add up to the white screen of the first pairs (%.2f of it): the"
                            + " camera or the screen moved, or captures are out of order from here on; fasten both and"
                            + " repeat all captures",
                    name(plan.position(kind, k, true)), ratio);
        }
    }

    private CalibrationRefusedException dark(int position, double light, double least) {
        return refused(
                "capture %s is dark: %.1f %% of full scale above the dark frame, expected at least %.1f %%; check the"
                        + " screen, lengthen the exposure and repeat",
                name(position), 100 * light, 100 * least);
    }

    private CalibrationRefusedException orderWrong(
            Shot.Kind kind, int k, String what, double positive, double negative) {
        return refused(
                "captures %s and the next are not that pattern's: %s, found %.1f %% and %.1f %% of full scale above dark;"
                        + " captures are missing or out of order: repeat in the printed order",
                name(plan.position(kind, k, true)), what, 100 * positive, 100 * negative);
    }

    private String name(int position) {
        return plan.shots().get(position).name(position);
    }

    private static CalibrationRefusedException refused(String text, Object... values) {
        return new CalibrationRefusedException(String.format(Locale.ROOT, text, values));
    }
}
