package org.flatgaze.accel.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.flatgaze.accel.cost.AcceleratorProfile;
import org.flatgaze.accel.cost.CycleModel;
import org.flatgaze.accel.cost.EnergyModel;
import org.flatgaze.accel.cost.LayerKind;
import org.flatgaze.accel.cost.LayerTable;
import org.flatgaze.accel.cost.ProfileFile;
import org.flatgaze.accel.cost.PublishedFigures;

/**
 * The five rows of the published ablation from one parameter set: each row switches one feature of the profile on.
 * Features that the profile does not have stay off.
 */
public final class Ablation {

    private Ablation() {}

    /** Predicts all rows, in the published order. */
    public static List<AblationRow> of(AcceleratorProfile profile) {
        LayerTable gaze = profile.workload().gaze(profile.reconstruction());
        LayerTable full = profile.workload().fullFrameGaze();
        AcceleratorProfile plain = features(profile, false, false);
        AcceleratorProfile buffered = features(profile, profile.sequentialWriteParallelRead(), false);
        List<AblationRow> rows = new ArrayList<>();
        rows.add(row(0, plain, PlanKind.TIME_MULTIPLEXED, full));
        rows.add(row(1, plain, PlanKind.TIME_MULTIPLEXED, gaze));
        rows.add(row(2, buffered, PlanKind.TIME_MULTIPLEXED, gaze));
        rows.add(row(3, buffered, PlanKind.PARTIAL, gaze));
        rows.add(row(4, profile, PlanKind.PARTIAL, gaze));
        return List.copyOf(rows);
    }

    private static AcceleratorProfile features(AcceleratorProfile profile, boolean parallelRead, boolean reuse) {
        return ProfileFile.changed(
                profile, Map.of("sequentialWriteParallelRead", parallelRead, "depthWiseReuse", reuse));
    }

    private static AblationRow row(int index, AcceleratorProfile profile, PlanKind kind, LayerTable foreground) {
        SchedulePlan plan = new TimeMultiplexer(profile)
                .plan(
                        kind,
                        Spread.EVEN,
                        foreground,
                        profile.workload().segmentation(profile.reconstruction()),
                        profile.workload().periodFrames());
        PlanAccount account = plan.account();
        long depthWise = new CycleModel(profile).cost(foreground).cycles(LayerKind.DEPTHWISE);
        return new AblationRow(
                PublishedFigures.ABLATION.get(index),
                plan,
                account.averageFps(),
                account.averageCycles(),
                EnergyModel.powerTimesTime(profile, account.averageCycles()),
                depthWise / account.averageCycles());
    }
}
