package org.flatgaze.accel.schedule;

import org.flatgaze.accel.cost.PublishedFigures.AblationFigure;

/**
 * One row of the ablation, predicted beside published.
 *
 * @param published the paper's row
 * @param plan what the model schedules for it
 * @param fps predicted frames per second, average accounting
 * @param cycles predicted cycles per frame, average accounting
 * @param energyMillijoules power times time, per frame
 * @param depthWiseShare share of the frame's cycles spent in depth-wise layers of the foreground
 */
public record AblationRow(
        AblationFigure published,
        SchedulePlan plan,
        double fps,
        double cycles,
        double energyMillijoules,
        double depthWiseShare) {

    /** Predicted against published, in percent. */
    public double errorPercent() {
        return 100 * (fps / published.fps() - 1);
    }
}
