package io.wayfarer.demo;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;

@Configuration
@Profile("demo")
class DemoConfiguration {

    @Bean
    Catalogue catalogue(@Value("${wayfarer.shop.url}") String shop) {
        return Catalogue.load(shop);
    }
}
