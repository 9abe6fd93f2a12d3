package io.wayfarer.act;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.schibsted.spt.data.jslt.Function;
import com.schibsted.spt.data.jslt.FunctionUtils;
import com.schibsted.spt.data.jslt.JsltException;
import com.schibsted.spt.data.jslt.Parser;
import java.io.StringReader;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.Predicate;
import org.apache.camel.support.ExpressionAdapter;
import org.apache.camel.support.ExpressionToPredicateAdapter;
import org.apache.camel.support.LanguageSupport;
import org.springframework.stereotype.Component;

/**
 * JSLT (https://github.com/schibsted/jslt) as a language of routes, {@code json-transform}: the body goes
 * in, and JSON comes out. Beside its own
 * functions it has {@code url-encode(text)}, for what becomes part of an address, and {@code base64(text)}. Compiled when the route is made, so that a
 * typo is found at the start.
 */
@Component("json-transform-language")
public class JsltLanguage extends LanguageSupport {

    private static final List<Function> FUNCTIONS =
            List.of(function("url-encode", "urlEncode"), function("base64", "base64"));
    private static final ObjectMapper JSON = new ObjectMapper();

    /** For {@code url-encode}: one segment of a path, or one value of a query; JSLT finds it by its name. */
    public static String urlEncode(String text) {
        // dots alone would be steps to another folder
        return text.matches("\\.+")
                ? text.replace(".", "%2E")
                : URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** For {@code base64}, as HTTP Basic needs it. */
    public static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Function function(String name, String method) {
        try {
            return FunctionUtils.wrapStaticMethod(name, JsltLanguage.class.getName(), method);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Expression createExpression(String text) {
        com.schibsted.spt.data.jslt.Expression compiled;
        try {
            compiled =
                    new Parser(new StringReader(text)).withFunctions(FUNCTIONS).compile();
        } catch (JsltException e) {
            throw new IllegalArgumentException("jslt: " + e.getMessage(), e);
        }
        return new ExpressionAdapter() {
            @Override
            public Object evaluate(Exchange exchange) {
                var body = exchange.getMessage().getBody();
                return compiled.apply(body instanceof JsonNode json ? json : JSON.valueToTree(body));
            }
        };
    }

    @Override
    public Predicate createPredicate(String text) {
        return ExpressionToPredicateAdapter.toPredicate(createExpression(text));
    }
}
