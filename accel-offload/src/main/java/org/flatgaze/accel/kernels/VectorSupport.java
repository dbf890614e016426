package org.flatgaze.accel.kernels;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/**
 * Whether this JVM runs the vector kernels well, decided once. Vector code that is not compiled by C2 works on boxed
 * objects and is far slower than plain loops, so every doubt is answered with "no" and a reason that names the flag.
 */
public final class VectorSupport {

    /** The narrowest registers a vector kernel has a body for: SSE and NEON. */
    private static final int MIN_BITS = 128;

    private VectorSupport() {}

    /** Whether {@link KernelSet#best()} answers the vector kernels. */
    public static boolean isUsable() {
        return Decision.USABLE;
    }

    /** Why the vector kernels are refused and what would help, or the register width they use. */
    public static String reason() {
        return Decision.REASON;
    }

    /** Bits per vector register as the JVM prefers them, 0 where {@link #isUsable()} is false. */
    public static int bits() {
        return Decision.USABLE ? Decision.BITS : 0;
    }

    /**
     * Vector registers the compiler can use: 32 with AVX-512 and on arm64, else 16. A kernel that keeps more sums than fit
     * is spilled in its innermost loop and runs at half speed.
     */
    public static int vectorRegisters() {
        return Decision.REGISTERS;
    }

    /** Holder: runs at first use, so that a JVM without the module can load this class. */
    private static final class Decision {
        static final int BITS;
        static final int REGISTERS = registers();
        static final boolean USABLE;
        static final String REASON;

        static {
            String refusal = jvmRefusal();
            int bits = refusal == null ? PreferredSpecies.bits() : 0;
            if (refusal == null && bits < MIN_BITS) {
                refusal = "vector registers of " + bits + " bits; at least " + MIN_BITS
                        + " are needed (check -XX:MaxVectorSize and the processor)";
            }
            BITS = bits;
            USABLE = refusal == null;
            REASON = refusal == null ? String.format(Locale.ROOT, "Vector API, %d-bit registers", bits) : refusal;
        }

        private static String jvmRefusal() {
            if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
                return "module jdk.incubator.vector is not resolved; start Java with --add-modules=jdk.incubator.vector";
            }
            if (System.getProperty("java.vm.info", "").contains("interpreted")) {
                return "the JVM runs interpreted (-Xint); the vector kernels need the C2 compiler";
            }
            HotSpotDiagnosticMXBean flags = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
            if (flags == null) {
                return "not a HotSpot JVM; the vector kernels need its C2 compiler";
            }
            if (Boolean.parseBoolean(flag(flags, "UseJVMCICompiler", "false"))) {
                return "a JVMCI compiler is in use; start Java with -XX:-UseJVMCICompiler for C2";
            }
            if (!"4".equals(flag(flags, "TieredStopAtLevel", "4"))) {
                return "C2 is switched off by -XX:TieredStopAtLevel; leave it at 4";
            }
            if (!Boolean.parseBoolean(flag(flags, "EnableVectorSupport", "true"))) {
                return "vector intrinsics are switched off; start Java with -XX:+EnableVectorSupport";
            }
            return null;
        }

        private static int registers() {
            if ("aarch64".equals(System.getProperty("os.arch"))) {
                return 32;
            }
            HotSpotDiagnosticMXBean flags = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
            return flags != null && "3".equals(flag(flags, "UseAVX", "0")) ? 32 : 16;
        }

        private static String flag(HotSpotDiagnosticMXBean flags, String name, String absent) {
            try {
                return flags.getVMOption(name).getValue();
            } catch (IllegalArgumentException _) { // this JVM was built without the flag
                return absent;
            }
        }
    }

    /** The only class here that links against the incubator module. */
    private static final class PreferredSpecies {
        static int bits() {
            return jdk.incubator.vector.FloatVector.SPECIES_PREFERRED.vectorBitSize();
        }
    }
}
