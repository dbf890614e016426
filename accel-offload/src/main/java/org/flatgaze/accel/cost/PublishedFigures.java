package org.flatgaze.accel.cost;

import java.util.List;

/** Figures of the EyeCoD presentation (ISCA 2022) that reports stand beside; nothing here is computed by us. */
public final class PublishedFigures {

    /** The ablation table, cumulative: each row adds one feature to the row above. */
    public static final List<AblationFigure> ABLATION = List.of(
            new AblationFigure("lens-based", 96.34, 1.00),
            new AblationFigure("+predict-then-focus", 191.94, 1.99),
            new AblationFigure("+input buffer", 233.64, 2.43),
            new AblationFigure("+partial time-multiplexing", 299.04, 3.10),
            new AblationFigure("+depth-wise reuse", 385.66, 4.00));

    private PublishedFigures() {}

    /**
     * One row of the ablation.
     *
     * @param system the row's name
     * @param fps frames per second
     * @param relativeEnergyEfficiency energy efficiency relative to the first row
     */
    public record AblationFigure(String system, double fps, double relativeEnergyEfficiency) {}
}
