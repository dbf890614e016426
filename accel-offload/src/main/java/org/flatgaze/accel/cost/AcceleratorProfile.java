package org.flatgaze.accel.cost;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * An accelerator as the cycle and energy models see it: lanes of multipliers, one activation port, one weight stream.
 * Checked here, once. Read and written by {@link ProfileFile}; the shipped ones are in {@link Presets}.
 *
 * @param name id in reports
 * @param about one sentence: where the numbers come from
 * @param lanes lanes; a lane computes one output channel at a time
 * @param macsPerLane multiply-accumulate units of a lane; each computes one output column
 * @param clockMhz clock
 * @param powerMilliwatts power while running, for the energy as power times time
 * @param activationBuffers activation buffers; half of them hold the input of a layer, half its output
 * @param activationBufferBytes bytes of each
 * @param activationBytesPerCycle bytes per cycle one read port delivers to the lanes
 * @param sequentialWriteParallelRead whether words written in sequence are read from two banks at once: twice the port
 * @param outputBytesPerCycle bytes per cycle of the write port; 0 = not modelled, never binds
 * @param spillBytesPerCycle bytes per cycle for tensors that do not fit the activation buffers; 0 = not modelled
 * @param weightBufferBytes bytes of the weight buffers beside the lanes, all together
 * @param weightStagingBytes bytes of the memory before them, where weights of the other program may wait
 * @param weightBytesPerCycle bytes per cycle of the weight stream
 * @param weightsResident whether all weights stay on the chip, so that the stream never binds
 * @param rowGroups output rows that idle lanes may take over when a layer has few channels; 1 = idle lanes stay idle
 * @param depthWiseReuse whether depth-wise layers reuse a delivered row inside its channel
 * @param depthWiseColumnReuse kernel rows one delivered row serves, at most the kernel's own
 * @param depthWiseRowReuse further rows or segments that share it
 * @param lendBlockLanes granularity in which idle lanes are lent to the other program
 * @param overheadCyclesPerLayer fixed cycles of every multiplying layer: fill, drain, instruction
 * @param reconstruction where the reconstruction runs
 * @param workload what runs on it
 * @param fitted names of the components above that were fitted to published results
 * @param assumed names of those that are our assumption
 */
public record AcceleratorProfile(
        String name,
        String about,
        int lanes,
        int macsPerLane,
        double clockMhz,
        double powerMilliwatts,
        int activationBuffers,
        int activationBufferBytes,
        double activationBytesPerCycle,
        boolean sequentialWriteParallelRead,
        double outputBytesPerCycle,
        double spillBytesPerCycle,
        int weightBufferBytes,
        int weightStagingBytes,
        double weightBytesPerCycle,
        boolean weightsResident,
        int rowGroups,
        boolean depthWiseReuse,
        int depthWiseColumnReuse,
        int depthWiseRowReuse,
        int lendBlockLanes,
        int overheadCyclesPerLayer,
        ReconstructionPlace reconstruction,
        EyeWorkload workload,
        List<String> fitted,
        List<String> assumed) {

    public AcceleratorProfile {
        if (name == null || name.isBlank()) {
            throw new IllegalArgumentException("name is blank: expected a short id");
        }
        if (reconstruction == null || workload == null) {
            throw new IllegalArgumentException("reconstruction and workload: expected both, found "
                    + (reconstruction == null ? "no reconstruction" : "no workload"));
        }
        about = about == null ? "" : about;
        fitted = fitted == null ? List.of() : List.copyOf(fitted);
        assumed = assumed == null ? List.of() : List.copyOf(assumed);
        Limits.range("lanes", lanes, 1, 65536);
        Limits.range("macsPerLane", macsPerLane, 1, 4096);
        Limits.above("clockMhz", clockMhz, 0, 10_000);
        Limits.above("powerMilliwatts", powerMilliwatts, 0, 1e6);
        Limits.range("activationBuffers", activationBuffers, 1, 64);
        Limits.range("activationBufferBytes", activationBufferBytes, 64, 1 << 30);
        Limits.above("activationBytesPerCycle", activationBytesPerCycle, 0, 1e6);
        Limits.atLeast("outputBytesPerCycle", outputBytesPerCycle, 0, 1e6);
        Limits.atLeast("spillBytesPerCycle", spillBytesPerCycle, 0, 1e6);
        Limits.range("weightBufferBytes", weightBufferBytes, 64, 1 << 30);
        Limits.range("weightStagingBytes", weightStagingBytes, 0, 1 << 30);
        Limits.above("weightBytesPerCycle", weightBytesPerCycle, 0, 1e6);
        Limits.range("rowGroups", rowGroups, 1, 4096);
        Limits.range("depthWiseColumnReuse", depthWiseColumnReuse, 1, 64);
        Limits.range("depthWiseRowReuse", depthWiseRowReuse, 1, 64);
        Limits.range("lendBlockLanes", lendBlockLanes, 1, lanes);
        Limits.range("overheadCyclesPerLayer", overheadCyclesPerLayer, 0, 1_000_000_000);
        known("fitted", fitted);
        known("assumed", assumed);
    }

    private static void known(String list, List<String> names) {
        List<String> components = parameterNames();
        for (String parameter : names) {
            if (!components.contains(parameter)) {
                throw new IllegalArgumentException(list + "=" + parameter
                        + ": expected names of parameters, such as lanes or weightBytesPerCycle");
            }
        }
    }

    /** Names of all parameters, those of the workload included, in file order. */
    public static List<String> parameterNames() {
        List<String> names = new ArrayList<>();
        for (RecordComponent component : AcceleratorProfile.class.getRecordComponents()) {
            names.add(component.getName());
        }
        Arrays.stream(EyeWorkload.class.getRecordComponents())
                .map(RecordComponent::getName)
                .forEach(names::add);
        return names;
    }

    /** Activation bytes per cycle that reach the lanes, both banks counted. */
    public double activationBandwidth() {
        return sequentialWriteParallelRead ? 2 * activationBytesPerCycle : activationBytesPerCycle;
    }

    /** Bytes that the input, or the output, of one layer may take on the chip. */
    public long bytesPerSide() {
        return (long) activationBuffers * activationBufferBytes / 2;
    }

    /** Multiply-accumulates per cycle when everything is busy. */
    public long peakMacsPerCycle() {
        return (long) lanes * macsPerLane;
    }

    /** Cycles of one second. */
    public double cyclesPerSecond() {
        return clockMhz * 1e6;
    }

    /** Milliseconds that {@code cycles} take. */
    public double millis(double cycles) {
        return cycles / (clockMhz * 1e3);
    }

    /** Milliseconds that {@code cycles} take. */
    public double millis(long cycles) {
        return millis((double) cycles);
    }

    /** The same array with some parameters changed, checked again. */
    public AcceleratorProfile with(String parameter, Object value) {
        return ProfileFile.changed(this, Map.of(parameter, value));
    }
}
