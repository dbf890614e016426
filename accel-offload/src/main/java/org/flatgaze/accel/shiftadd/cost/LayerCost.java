package org.flatgaze.accel.shiftadd.cost;

import java.math.BigDecimal;
import java.util.Locale;

/**
 * Predicted energy and latency of one layer under its best mapping; energies in millijoules.
 *
 * <p>{@code input + weight + output + computation = energy} and {@code dram + dramToBuffer + buffer + network + registers
 * = input + weight + output}.
 *
 * @param layer what was mapped
 * @param energyMj whole energy
 * @param latencySeconds time of one pass
 * @param inputMj moving inputs
 * @param weightMj moving weights
 * @param outputMj moving outputs and partial sums
 * @param computationMj arithmetic
 * @param dramMj DRAM accesses
 * @param dramToBufferMj the path from DRAM to the global buffer
 * @param bufferMj global buffer accesses
 * @param networkMj transfers within the array
 * @param registersMj register accesses
 */
public record LayerCost(
        LayerShape layer,
        double energyMj,
        double latencySeconds,
        double inputMj,
        double weightMj,
        double outputMj,
        double computationMj,
        double dramMj,
        double dramToBufferMj,
        double bufferMj,
        double networkMj,
        double registersMj) {

    /**
     * The thirteen columns of the published files: index, computation in pJ, mJ, s, then the shares in mJ.
     *
     * @param index 1-based position within its kind
     */
    public String csvLine(int index) {
        double[] columns = {
            computationMj * 1e9,
            energyMj,
            latencySeconds,
            inputMj,
            weightMj,
            outputMj,
            computationMj,
            dramMj,
            dramToBufferMj,
            bufferMj,
            networkMj,
            registersMj
        };
        StringBuilder line = new StringBuilder().append(index);
        for (double column : columns) {
            line.append(',').append(decimal(column));
        }
        return line.toString();
    }

    /** Shortest decimal that reads back as the same number, written the way the published files are. */
    static String decimal(double value) {
        if (value == 0) {
            return "0.0";
        }
        BigDecimal shortest = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        int exponent = shortest.precision() - shortest.scale() - 1;
        if (exponent >= -4 && exponent < 16) {
            String plain = shortest.toPlainString();
            return plain.indexOf('.') < 0 ? plain + ".0" : plain;
        }
        String digits = shortest.unscaledValue().toString();
        int sign = digits.charAt(0) == '-' ? 1 : 0;
        String mantissa =
                digits.length() == sign + 1 ? digits : digits.substring(0, sign + 1) + "." + digits.substring(sign + 1);
        return String.format(Locale.ROOT, "%se%s%02d", mantissa, exponent < 0 ? "-" : "+", Math.abs(exponent));
    }
}
